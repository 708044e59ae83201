"""What stands at a place of a text, and what may stand there: for editors. Works on texts with errors in them."""
