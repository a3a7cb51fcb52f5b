"""One file for each figure; each has `measure(database) -> list[Figure]`."""
