"""From the waiting list to a seat, first come first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound
from lyceum.core.ledger import publish_many
from lyceum.events.models import Event, TicketType
from lyceum.events.models.choices import EventStatus
from lyceum.events.policies import require_event_manager
from lyceum.registrations.errors import EmptyWaitlist, EventFull, NotWaitlisted, PaymentUnavailable
from lyceum.registrations.facts import RegistrationPromoted
from lyceum.registrations.models import Registration
from lyceum.registrations.services.seats import lock_event, lock_ticket_types, move_seats, update_rows

Status = Registration.Status


@transaction.atomic
def promote(*, event_id: UUID, registration_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give this waiting person a free seat.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), NotWaitlisted (400), EventFull (400), InvalidState (409), PaymentUnavailable (409).
    Publishes: RegistrationPromoted.
    """
    event = _lock_managed(event_id, actor)
    row = Registration.objects.select_for_update().filter(event=event, pk=registration_id).first()
    if row is None:
        raise NotFound
    return _promote_one(event, row, actor=actor, at=at)


@transaction.atomic
def promote_next(*, event_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give the person who has waited longest a free seat.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), EmptyWaitlist (400), EventFull (400), InvalidState (409), PaymentUnavailable (409).
    Publishes: RegistrationPromoted.
    """
    event = _lock_managed(event_id, actor)
    row = Registration.objects.waiting().filter(event=event).select_for_update().first()
    if row is None:
        raise EmptyWaitlist
    return _promote_one(event, row, actor=actor, at=at)


@transaction.atomic
def promote_into_free_seats(*, event_id: UUID, actor: Actor, at: datetime) -> int:
    """Fill the seats that are free now from the waiting list, where the event does that by itself.

    Locks: Event, TicketType, Registration.
    Returns: how many were promoted.
    Publishes: RegistrationPromoted.
    """
    return len(fill_free_seats(lock_event(event_id), actor=actor, at=at))


def promote_where_seats_are_free(at: datetime) -> int:
    """Fill the free seats of every event where somebody waits: after a change of its settings, or a fault.

    Returns: how many were promoted.
    """
    free = Q(capacity__isnull=True) | Q(seats_taken__lt=F("capacity"))
    events = Event.objects.filter(
        free, status=EventStatus.PUBLISHED, starts_at__gt=at, waitlist_auto_promote=True, waitlist_count__gt=0
    )
    ids = list(events.order_by("pk").values_list("pk", flat=True))
    return sum(promote_into_free_seats(event_id=pk, actor=Actor.system(), at=at) for pk in ids)


def fill_free_seats(event: Event, *, actor: Actor, at: datetime) -> list[Registration]:
    """Promote as many as a locked event has seats for, in order. A ticket type that is sold out is passed over."""
    if not _promotes_by_itself(event, at) or not event.waitlist_count:
        return []
    free = event.waitlist_count if event.capacity is None else event.capacity - event.seats_taken
    if free <= 0:
        return []
    tickets = lock_ticket_types(event)
    chosen: list[Registration] = []
    left = {pk: ticket.remaining for pk, ticket in tickets.items() if not ticket.price_minor}
    waiting = Registration.objects.waiting().filter(event=event, ticket_type_id__in=_with_room(left))
    limited = any(number is not None for number in left.values())
    # Where some tickets are limited, the first ones in line may not all fit, so everyone is looked at.
    for row in waiting.select_for_update() if limited else waiting.select_for_update()[:free]:
        number = left[row.ticket_type_id]
        if len(chosen) == free or number == 0:
            continue
        left[row.ticket_type_id] = None if number is None else number - 1
        chosen.append(row)
    _seat(event, chosen, actor=actor, at=at)
    return chosen


def _with_room(left: dict[UUID, int | None]) -> list[UUID]:
    return [pk for pk, number in left.items() if number is None or number > 0]


def _promotes_by_itself(event: Event, at: datetime) -> bool:
    return (
        event.waitlist_auto_promote
        and event.deleted_at is None
        and event.status == EventStatus.PUBLISHED
        and event.starts_at > at
    )


def _lock_managed(event_id: UUID, actor: Actor) -> Event:
    try:
        event = lock_event(event_id)
    except Event.DoesNotExist:
        raise NotFound from None
    if event.deleted_at is not None:
        raise NotFound
    require_event_manager(actor, event)
    return event


def _promote_one(event: Event, row: Registration, *, actor: Actor, at: datetime) -> Registration:
    if row.status != Status.WAITLISTED:
        raise NotWaitlisted
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE) or event.ends_at <= at:
        raise InvalidState("People can be promoted only while an event is published or live.")
    ticket = TicketType.objects.select_for_update().get(pk=row.ticket_type_id)
    if event.available_spots == 0 or ticket.remaining == 0:
        raise EventFull
    if ticket.price_minor:
        raise PaymentUnavailable
    _seat(event, [row], actor=actor, at=at)
    return row


def _seat(event: Event, rows: list[Registration], *, actor: Actor, at: datetime) -> None:
    if not rows:
        return
    sold: dict[UUID, int] = {}
    for row in rows:
        row.status, row.waitlist_sequence = Status.CONFIRMED, None
        row.promoted_at = row.updated_at = at
        sold[row.ticket_type_id] = sold.get(row.ticket_type_id, 0) + 1
    update_rows(rows, status=Status.CONFIRMED, waitlist_sequence=None, promoted_at=at, updated_at=at)
    number = len(rows)
    move_seats(event, seats=number, waiting=-number, people=number, sold=sold)
    facts = [(RegistrationPromoted(registration_id=row.pk, event_id=event.pk), row.pk) for row in rows]
    publish_many(facts, actor=actor, at=at)
