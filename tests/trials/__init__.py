"""What `plc test` does."""
