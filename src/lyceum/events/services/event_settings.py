"""What other apps keep beside an event as the columns of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Manager

from lyceum.core.actors import Actor
from lyceum.events.models import Event


class EventSettings:
    """An `EventExtension` whose keys are the columns of a row with a one-to-one `event`; no row means the defaults.

    rows: the manager of these rows. keys: their columns that are sent and answered with the event, under the same
    names.
    """

    def __init__(self, *, name: str, rows: Manager[Any], keys: Sequence[str]) -> None:
        self.name = name
        self._rows = rows
        self._keys = keys
        self._defaults = {key: getattr(rows.model(), key) for key in keys}

    def validate(self, *, values: Mapping[str, Any], event: Event, actor: Actor, at: datetime) -> Mapping[str, Any]:
        """Return the sent values that differ from what is kept; each was checked alone when it was read."""
        sent = {key: values[key] for key in self._keys if key in values}
        kept = self.read(event_ids=[event.pk])[event.pk] if sent else {}
        return {key: value for key, value in sent.items() if value != kept[key]}

    def save(self, *, event: Event, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
        """Keep the values beside the locked event."""
        if values:
            self._rows.update_or_create(event=event, defaults=dict(values))

    def read(self, *, event_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """Return the settings of each event, in one query."""
        kept = {
            row.pop("event_id"): row for row in self._rows.filter(event__in=event_ids).values("event_id", *self._keys)
        }
        return {event_id: kept.get(event_id, self._defaults) for event_id in event_ids}

    def copy(self, *, source: Event, target: Event, actor: Actor, at: datetime) -> None:
        """Give a duplicate what the original has."""
        kept = self.read(event_ids=[source.pk])[source.pk]
        if kept != self._defaults:
            self.save(event=target, values=kept, actor=actor, at=at)
