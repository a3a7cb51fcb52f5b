"""Draws certificates: pure functions from words, positions and pictures to PDF bytes. No models, no requests."""
