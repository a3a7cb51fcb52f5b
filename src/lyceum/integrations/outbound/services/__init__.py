"""The verbs of outbound calls."""
