"""The API face of accounts."""
