"""Going through all events, a portion at a time, for upkeep that compares what they say with other rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from lyceum.events.models import Event

PORTION = 500


def portions_of_events(*columns: str) -> Iterator[dict[UUID, dict[str, Any]]]:
    """Yield these columns of every event that isn't deleted, by its id, in portions that fit into memory.

    Nothing is locked: what seems wrong is looked at again under the event's lock.
    """
    events = Event.objects.order_by("pk").values("pk", *columns)
    rows = list(events[:PORTION])
    while rows:
        last, full = rows[-1]["pk"], len(rows) == PORTION
        yield {row.pop("pk"): row for row in rows}
        rows = list(events.filter(pk__gt=last)[:PORTION]) if full else []
