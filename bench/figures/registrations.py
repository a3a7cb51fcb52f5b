"""Registrations into one hot event: the full path over HTTP against a bare view, and against bare SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bench import load, servers
from bench.report import Figure
from bench.sql import Statement, replay

CLIENTS = 16
PEOPLE = 2000
ROUNDS = 3


def measure(database: servers.Database) -> list[Figure]:
    """Return the rate against its floors, and what a rush of 3,000 people for 500 seats left behind."""
    rates = _alternate(database)
    figures = [Figure("registrations, against a bare view", rates["full"], rates["bare"], "/s", 0.60)]
    if database.kind == "postgres":
        figures.append(Figure("registrations, against bare SQL", rates["full"], _bare_sql(database), "/s", 0.30))
    return [*figures, *_rush(database)]


def _alternate(database: servers.Database) -> dict[str, float]:
    """Measure both in turn, so that a machine that slows down slows both; return each one's median."""
    found: dict[str, list[float]] = {"full": [], "bare": []}
    for number in range(ROUNDS):
        for name in ("bare", "full"):
            found[name].append(rate_of(database, name, number))
    return {name: sorted(values)[len(values) // 2] for name, values in found.items()}


def rate_of(database: servers.Database, name: str, number: int) -> float:
    """Return the registrations a second of the product, or of the bare view where that is the name."""
    event = servers.seed(database, "hot_event", "0", "0")["event"]
    settings = "bench.floor.settings" if name == "bare" else "bench.settings"
    path = f"/register/{event}/" if name == "bare" else f"/api/v1/public/events/{event}/register/"
    with servers.serve(database, settings) as port:
        load.run(load.post_json(path, _people(f"warm{number}", 100), port=port), port=port, clients=CLIENTS)
        result = load.run(load.post_json(path, _people(name, PEOPLE), port=port), port=port, clients=CLIENTS)
    if set(result.statuses) != {201}:
        raise SystemExit(f"The {name} path answered {dict(result.statuses)}.")
    written = servers.seed(database, "counts", str(event))
    expected = PEOPLE + 100
    if (written["registrations"], written["seats_taken"], written["facts"]) != (expected, expected, expected):
        raise SystemExit(f"The {name} path wrote {written}.")
    return result.rate


def _rush(database: servers.Database) -> list[Figure]:
    """3,000 people for 500 seats at once, with a waiting list: exactly 500 seats, no 5xx, nobody lost."""
    event = servers.seed(database, "hot_event", "500", "1")["event"]
    path = f"/api/v1/public/events/{event}/register/"
    with servers.serve(database) as port:
        requests = load.post_json(path, _people("rush", 3000), port=port)
        result = load.run(requests, port=port, clients=200)
    found = servers.seed(database, "counts", str(event))
    failed = sum(count for status, count in result.statuses.items() if status >= 500)
    if failed:
        raise SystemExit(f"The rush met {dict(result.statuses)}.")
    return [
        Figure("rush: seats sold of 500", float(found["seats_taken"]), 500, "seats", 1.0),  # type: ignore[arg-type]
        Figure("rush: confirmed rows", float(found["confirmed"]), 500, "rows", 1.0),  # type: ignore[arg-type]
        Figure("rush: places on the waiting list, all distinct", float(found["sequences_distinct"]), 2500, "rows", 1.0),  # type: ignore[arg-type]
    ]


def _bare_sql(database: servers.Database) -> float:
    event = servers.seed(database, "hot_event", "0", "0")["event"]
    watched: dict[str, Any] = servers.seed(database, "statements", str(event))
    writes = [Statement(sql, tuple(_native(value) for value in values)) for sql, values in watched["writes"]]
    fresh = {UUID(key) for key in watched["fresh"]}
    return replay(
        writes,
        url=database.url,
        total=PEOPLE * 2,
        clients=CLIENTS,
        fresh=fresh,
        email=watched["email"],
        code=watched["code"],
    )


def _people(name: str, count: int) -> list[dict[str, Any]]:
    return [{"email": f"{name}{number}@bench.example", "name": f"Person Number {number}"} for number in range(count)]


def _native(value: Any) -> Any:
    if isinstance(value, dict):
        if "uuid" in value:
            return UUID(value["uuid"])
        return datetime.fromisoformat(value["time"]) if "time" in value else Jsonb(value["json"])
    return value
