"""The language server: what editors ask of the compiler, over standard input and output."""
