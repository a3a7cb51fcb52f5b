"""Seats: the locks that protect them and the counters that count them.

Every change of `seats_taken`, `waitlist_count`, `registration_count` and `sold` is here; `recount.py` checks them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, UUIDField

from lyceum.core.errors import NotFound
from lyceum.events.models import Event, TicketType
from lyceum.events.services.locking import lock_event
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.availability import EVENT_OFFERS_SEAT, TICKET_TYPE_OFFERS_SEAT

Status = Registration.Status
# The two statements of every sale, written out: building them anew each time costs more than running them.
_TAKE_SEAT = (
    "UPDATE events_event SET seats_taken = seats_taken + 1, registration_count = registration_count + 1"  # noqa: S608 -- constants
    " WHERE id = %s AND deleted_at IS NULL AND status = 'published' AND registration_enabled AND starts_at > %s"
    f" AND {EVENT_OFFERS_SEAT}"
)
_SELL_TICKET = f"UPDATE events_tickettype SET sold = sold + 1 WHERE id = %s AND {TICKET_TYPE_OFFERS_SEAT}"  # noqa: S608 -- constants
_KEY: UUIDField[UUID, UUID] = UUIDField()
_ROWS_IN_ONE_STATEMENT = 1000


def take_seat_if_available(*, event_id: UUID, ticket_type_id: UUID, at: datetime) -> bool:
    """Take one seat with two conditional updates, the last statements of a sale; say whether it worked.

    False leaves the caller to roll back. Whether registration is open is asked again in the same statement, so that a
    seat is never sold in an event that was cancelled meanwhile.
    Locks: Event, TicketType.
    """
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_TAKE_SEAT, [_KEY.get_db_prep_value(event_id, connection), moment])
        if cursor.rowcount != 1:
            return False
        cursor.execute(_SELL_TICKET, [_KEY.get_db_prep_value(ticket_type_id, connection)])
        return bool(cursor.rowcount == 1)


def lock_ticket_types(event: Event) -> dict[UUID, TicketType]:
    """Return the ticket types of a locked event, locked, by id. They come before any registration."""
    rows = TicketType.objects.filter(event=event).order_by("pk").select_for_update()
    return {row.pk: row for row in rows}


def lock_registration(registration_id: UUID) -> tuple[Event, Registration]:
    """Return a registration and its event, both locked, for a change that may free a seat.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404).
    """
    event_id = Registration.objects.filter(pk=registration_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise NotFound
    event = lock_event(event_id)
    lock_ticket_types(event)
    return event, Registration.objects.select_for_update().get(pk=registration_id)


def give_up(event: Event, registrations: Sequence[Registration], *, reason: str, at: datetime) -> None:
    """Cancel these locked rows of a locked event, its ticket types locked too, and give back what they had."""
    freed = seats_by_ticket_type(registrations)
    waiting = sum(row.status == Status.WAITLISTED for row in registrations)
    people = sum(row.status in (*Registration.SEATED, Status.NO_SHOW) for row in registrations)
    changes = {
        "status": Status.CANCELLED,
        "held_until": None,
        "waitlist_sequence": None,
        "cancelled_at": at,
        "cancellation_reason": reason[:500],
        "updated_at": at,
    }
    update_rows(registrations, **changes)
    sold = {ticket_type_id: -seats for ticket_type_id, seats in freed.items()}
    move_counters(event, seats=-freed.total(), waiting=-waiting, people=-people, sold=sold)


def seats_by_ticket_type(registrations: Iterable[Registration]) -> Counter[UUID]:
    """Return how many seats these rows hold, by the ids of their ticket types."""
    return Counter(row.ticket_type_id for row in registrations if row.holds_seat)


def move_counters(
    event: Event, *, seats: int = 0, waiting: int = 0, people: int = 0, sold: Mapping[UUID, int] | None = None
) -> None:
    """Move a locked event's counters, and those of its locked ticket types, by these differences.

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


def draw_sequence_numbers(event: Event, count: int) -> range:
    """Draw the next numbers of a locked event's waiting list."""
    first = event.waitlist_sequence + 1
    event.waitlist_sequence += count
    Event.all_objects.filter(pk=event.pk).update(waitlist_sequence=F("waitlist_sequence") + count)
    return range(first, first + count)


def update_rows(registrations: Sequence[Registration], **values: Any) -> None:
    """Give all these locked rows the same values, in memory and with one statement for each thousand."""
    for row in registrations:
        for name, value in values.items():
            setattr(row, name, value)
    for keys in _batched([row.pk for row in registrations], _ROWS_IN_ONE_STATEMENT):
        Registration.all_objects.filter(pk__in=keys).update(**values)


def _batched(keys: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
