"""How much durable work waits, and how much was given up. Each app tells about its own rows; `/metrics` shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet


@dataclass(frozen=True, slots=True)
class Backlog:
    """One figure that is counted when it is asked for.

    name: as the metrics call it, such as "lyceum_deliveries".
    says: what is counted, for people.
    labels: by what it is counted.
    count: how many rows for each combination of the labels' values.
    """

    name: str
    says: str
    labels: tuple[str, ...]
    count: Callable[[], Mapping[tuple[str, ...], int]]


_BACKLOGS: dict[str, Backlog] = {}


def register_backlog(backlog: Backlog) -> None:
    """Show a figure among the metrics. Called from an app's `hooks.py`."""
    if backlog.name in _BACKLOGS:
        raise TypeError(f"Two figures are called {backlog.name}.")
    _BACKLOGS[backlog.name] = backlog


def count_by(column: str, kinds: Mapping[str, QuerySet[Any]]) -> dict[tuple[str, ...], int]:
    """Return how many rows of each kind there are for each value of a column: (value, kind) → count."""
    return {
        (value, kind): count
        for kind, rows in kinds.items()
        for value, count in rows.order_by().values_list(column).annotate(rows=Count("pk"))
    }


def backlogs() -> list[Backlog]:
    """Return every figure, by name."""
    return [_BACKLOGS[name] for name in sorted(_BACKLOGS)]
