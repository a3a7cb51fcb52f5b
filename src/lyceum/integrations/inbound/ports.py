"""Who handles which delivery. The apps above register their handlers when they are ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lyceum.integrations.zoom.payload import ZoomDelivery


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery.

    skipped: why nothing was done, for people; blank when it was done.
    may_come_later: nobody knows the meeting yet, so the delivery keeps what a later look needs.
    """

    event_id: UUID | None = None
    records: int = 0
    skipped: str = ""
    may_come_later: bool = False


class ZoomHandler(Protocol):
    """Handles one delivery in a transaction; doing it twice changes nothing."""

    def __call__(self, delivery: ZoomDelivery, *, at: datetime) -> Outcome: ...


_HANDLERS: dict[str, ZoomHandler] = {}


def register_zoom_handler(event_type: str, handler: ZoomHandler) -> None:
    """Let a function handle a type of delivery, such as `meeting.participant_joined`."""
    if _HANDLERS.get(event_type, handler) is not handler:
        raise TypeError(f"{event_type} has a handler already.")
    _HANDLERS[event_type] = handler


def zoom_handler(event_type: str) -> ZoomHandler | None:
    """Return who handles this type, or None."""
    return _HANDLERS.get(event_type)
