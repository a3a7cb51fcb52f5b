"""The page face of accounts."""
