"""Reads beside the least that could answer: an empty view, and for a list a view that reads the same rows bare."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import load, servers
from bench.report import Figure, alternate

CLIENTS = 8
SECONDS = 2.0
EVENTS, PEOPLE = 200, 200
EMPTY = "/healthz/"


def measure(database: servers.Database) -> Iterator[Figure]:
    """Give liveness, the public page, the public list, and an organizer's list of 50, each against its floor."""
    servers.manage(database, "collectstatic", "--noinput", "-v0")
    slug = servers.seed(database, "events", str(EVENTS))["slug"]
    event = servers.seed(database, "hot_event", "0", "0")["event"]
    servers.seed(database, "registrations", event, str(PEOPLE))
    bearer = {"Authorization": f"Bearer {servers.seed(database, 'token')['access']}"}
    with servers.serve(database) as product, servers.serve(database, "bench.floor.settings") as floor:

        def figure(name: str, path: str, bare: str, wanted: float, headers: dict[str, str] | None = None) -> Figure:
            rates = alternate(_rate(product, path, headers), _rate(floor, bare))
            return Figure(name, rates[0], rates[1], "/s", wanted, spread=rates[2])

        yield figure("liveness, against an empty view", "/healthz/", EMPTY, 0.5)
        yield figure("public page of an event, against an empty view", f"/events/{slug}/", EMPTY, 0.5)
        yield figure("public list of events, against an empty view", "/api/v1/public/events/", EMPTY, 0.5)
        yield figure(
            "organizer's list of 50, against the same rows bare",
            f"/api/v1/events/{event}/registrations/?page_size=50",
            f"/registrations/{event}/",
            0.4,
            bearer,
        )


def _rate(port: int, path: str, headers: dict[str, str] | None = None) -> Callable[[], float]:
    raw = load.request("GET", path, port=port, headers=headers)

    def measured() -> float:
        result = load.run_for(SECONDS, raw, port=port, clients=CLIENTS)
        if set(result.statuses) != {200}:
            raise SystemExit(f"{path} answered {dict(result.statuses)}.")
        return result.rate

    load.run_for(0.5, raw, port=port, clients=CLIENTS)
    return measured
