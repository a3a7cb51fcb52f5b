"""The public list and detail at 1,000 and at 100,000 events."""

from __future__ import annotations

from bench import load, servers
from bench.report import Figure

REQUESTS = 300
SMALL, LARGE = 1_000, 100_000
PATHS = {
    "list": "/api/v1/public/events/?page_size=20",
    "list, filtered": "/api/v1/public/events/?event_type=webinar&page_size=20",
    "list, searched": "/api/v1/public/events/?search=wound&page_size=20",
}


def measure(database: servers.Database) -> list[Figure]:
    """Return the median time of each page at 100,000 events against 1,000."""
    small = _times(database, 0, SMALL)
    large = _times(database, SMALL, LARGE - SMALL)
    return [
        Figure(f"public {name} at 100,000 events", large[name], small[name], "ms", 1.5, at_most=True) for name in small
    ]


def _times(database: servers.Database, start: int, count: int) -> dict[str, float]:
    slug = servers.seed(database, "events", str(count), str(start))["slug"]
    found: dict[str, float] = {}
    with servers.serve(database) as port:
        for name, path in (PATHS | {"detail": f"/api/v1/public/events/{slug}/"}).items():
            raw = load.request("GET", path, port=port)
            load.run([raw] * 20, port=port, clients=1)
            result = load.run([raw] * REQUESTS, port=port, clients=1)
            if set(result.statuses) != {200}:
                raise SystemExit(f"{path} answered {dict(result.statuses)}.")
            found[name] = sorted(result.latencies)[REQUESTS // 2] * 1000
    return found
