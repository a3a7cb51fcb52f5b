"""The counters that say how many seats are taken. Every change of them is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from lyceum.events.models import Event, TicketType
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.models import Registration

_FREE = Q(capacity__isnull=True) | Q(seats_taken__lt=F("capacity"))
# A newcomer doesn't overtake: while somebody waits, a free seat is theirs.
_NOBODY_WAITS = Q(waitlist_count=0) | Q(waitlist_enabled=False)


def take_seat_if_free(*, event_id: UUID, ticket_type_id: UUID, at: datetime) -> bool:
    """Take one seat with two conditional updates, the last statements of a sale; say whether it worked.

    False leaves the caller to roll back. The door's rule is asked again in the same statement, so that a seat is
    never sold in an event that was cancelled meanwhile.
    Locks: Event, then TicketType.
    """
    open_now = Q(pk=event_id, status=EventStatus.PUBLISHED, starts_at__gt=at, registration_enabled=True)
    taken = (
        Event.objects.filter(open_now, _FREE, _NOBODY_WAITS)
        .order_by()
        .update(seats_taken=F("seats_taken") + 1, registration_count=F("registration_count") + 1)
    )
    return bool(taken) and bool(_sell_one(ticket_type_id))


def _sell_one(ticket_type_id: UUID) -> int:
    left = Q(quantity__isnull=True) | Q(sold__lt=F("quantity"))
    return TicketType.objects.filter(left, pk=ticket_type_id).update(sold=F("sold") + 1)


def lock_event(event_id: UUID) -> Event:
    """Return the event's row, locked: the first lock of every verb on places that exist.

    Raises: Event.DoesNotExist.
    """
    return Event.all_objects.select_for_update().get(pk=event_id)


def lock_ticket_types(event: Event) -> dict[UUID, TicketType]:
    """Return the ticket types of a locked event, locked."""
    rows = TicketType.objects.filter(event=event).order_by("pk").select_for_update()
    return {row.pk: row for row in rows}


def move_seats(
    event: Event, *, seats: int = 0, waiting: int = 0, people: int = 0, sold: Mapping[UUID, int] | None = None
) -> None:
    """Move a locked event's counters, and those of its ticket types, by these differences.

    people: how `registration_count` moves; it counts those who came with a no-show too.
    """
    event.seats_taken += seats
    event.waitlist_count += waiting
    event.registration_count += people
    Event.all_objects.filter(pk=event.pk).update(
        seats_taken=F("seats_taken") + seats,
        waitlist_count=F("waitlist_count") + waiting,
        registration_count=F("registration_count") + people,
    )
    for ticket_type_id, number in (sold or {}).items():
        if number:
            TicketType.objects.filter(pk=ticket_type_id).update(sold=F("sold") + number)


def draw_numbers(event: Event, count: int) -> range:
    """Draw the next numbers of a locked event's queue."""
    first = event.waitlist_sequence + 1
    event.waitlist_sequence += count
    Event.all_objects.filter(pk=event.pk).update(waitlist_sequence=F("waitlist_sequence") + count)
    return range(first, first + count)


def update_rows(rows: Sequence[Registration], **values: Any) -> None:
    """Give all these locked rows the same values, with one statement for each thousand."""
    for chunk in batched([row.pk for row in rows], 1000):
        Registration.all_objects.filter(pk__in=chunk).update(**values)


def batched(keys: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    """Cut a long list into pieces that one statement can take."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
