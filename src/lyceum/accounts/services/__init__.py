"""Verbs of accounts, one in each function."""
