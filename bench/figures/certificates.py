"""Real PDFs a second on one core against the bare renderer, and memory while 10,000 are issued in bulk."""

from __future__ import annotations

from bench import servers
from bench.report import Figure

PRINTED = 1_000
BULK = 10_000


def measure(database: servers.Database) -> list[Figure]:
    """Return the rate against the renderer alone, and the memory at the end against that after a fifth."""
    rates = servers.ask(database, "bench.printing", "rates", str(PRINTED))
    memory = servers.ask(database, "bench.printing", "memory", str(BULK))
    return [
        Figure("certificates, against the bare renderer", rates["full"], rates["bare"], "/s", 0.80),
        Figure("certificates issued in bulk", memory["issued"], BULK, "rows", 1.0),
        Figure("memory after 10,000, against after 2,000", memory["end"], memory["early"], "MiB", 1.10, at_most=True),
    ]
