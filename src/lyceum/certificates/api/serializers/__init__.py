"""What the certificates API reads and writes."""
