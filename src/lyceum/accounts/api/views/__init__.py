"""The account routes."""
