"""The counters that say how many seats are taken. Every change of them is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, UUIDField

from lyceum.events.models import Event, TicketType
from lyceum.registrations.models import Registration

# The two statements of every sale, written out: building them anew each time costs more than running them.
# A newcomer doesn't overtake: while somebody waits, a free seat is theirs.
_TAKE_SEAT = """
UPDATE events_event SET seats_taken = seats_taken + 1, registration_count = registration_count + 1
WHERE id = %s AND deleted_at IS NULL AND status = 'published' AND registration_enabled AND starts_at > %s
AND (capacity IS NULL OR seats_taken < capacity) AND (waitlist_count = 0 OR NOT waitlist_enabled)
"""
_SELL_ONE = "UPDATE events_tickettype SET sold = sold + 1 WHERE id = %s AND (quantity IS NULL OR sold < quantity)"
_KEY: UUIDField[UUID, UUID] = UUIDField()


def take_seat_if_free(*, event_id: UUID, ticket_type_id: UUID, at: datetime) -> bool:
    """Take one seat with two conditional updates, the last statements of a sale; say whether it worked.

    False leaves the caller to roll back. The door's rule is asked again in the same statement, so that a seat is
    never sold in an event that was cancelled meanwhile.
    Locks: Event, then TicketType.
    """
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_TAKE_SEAT, [_KEY.get_db_prep_value(event_id, connection), moment])
        if cursor.rowcount != 1:
            return False
        cursor.execute(_SELL_ONE, [_KEY.get_db_prep_value(ticket_type_id, connection)])
        return bool(cursor.rowcount == 1)


def lock_event(event_id: UUID) -> Event:
    """Return the event's row, locked: the first lock of every verb on places that exist.

    Raises: Event.DoesNotExist.
    """
    event: Event = Event.all_objects.select_for_update().get(pk=event_id)
    return event


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
