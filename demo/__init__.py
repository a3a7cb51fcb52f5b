"""The loop, played against a running server through its public HTTP API alone: `make demo`."""
