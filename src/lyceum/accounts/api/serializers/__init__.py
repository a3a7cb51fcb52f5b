"""What the account routes read and write."""
