"""Promoting people from the waiting list to a seat, first come first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound
from lyceum.events.models import Event, TicketType
from lyceum.events.models.choices import EventStatus
from lyceum.events.models.event import HAS_FREE_SEATS
from lyceum.events.policies import require_event_manager
from lyceum.events.services.locking import lock_event
from lyceum.registrations.errors import EmptyWaitlist, EventFull, NotWaitlisted, PaymentUnavailable
from lyceum.registrations.models import Registration
from lyceum.registrations.ports import payments_accepted
from lyceum.registrations.rules.availability import Availability
from lyceum.registrations.services.holds import release_expired_holds
from lyceum.registrations.services.seats import lock_ticket_types
from lyceum.registrations.services.waiting_list import fill_free_seats, promote_rows

Status = Registration.Status


def promote(*, event_id: UUID, registration_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give this waiting person a free seat; one that has to be paid for is held.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), NotWaitlisted (400), EventFull (400), InvalidState (409), PaymentUnavailable (409).
    Publishes: RegistrationPromoted, HoldPlaced; HoldExpired for holds that had run out.
    """
    release_expired_holds(event_id=event_id, at=at)
    with transaction.atomic():
        event, ticket_types = _lock_managed(event_id, actor)
        row = Registration.objects.filter(event=event, pk=registration_id).first()
        if row is None:
            raise NotFound
        return _promote(event, ticket_types, row, actor=actor, at=at)


def promote_next(*, event_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give the person who has waited longest a free seat; one that has to be paid for is held.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), EmptyWaitlist (400), EventFull (400), InvalidState (409), PaymentUnavailable (409).
    Publishes: RegistrationPromoted, HoldPlaced; HoldExpired for holds that had run out.
    """
    release_expired_holds(event_id=event_id, at=at)
    with transaction.atomic():
        event, ticket_types = _lock_managed(event_id, actor)
        row = Registration.objects.waiting().filter(event=event).first()
        if row is None:
            raise EmptyWaitlist
        return _promote(event, ticket_types, row, actor=actor, at=at)


@transaction.atomic
def promote_into_free_seats(*, event_id: UUID, actor: Actor, at: datetime) -> int:
    """Fill the seats that are free now from the waiting list, where the event does that by itself.

    Locks: Event, TicketType, Registration by id.
    Returns: how many were promoted.
    Publishes: RegistrationPromoted, HoldPlaced.
    """
    return len(fill_free_seats(lock_event(event_id), actor=actor, at=at))


def promote_where_seats_are_free(at: datetime) -> int:
    """Fill the free seats of every event where somebody waits: after a change of its settings, or a fault.

    Returns: how many were promoted.
    """
    events = Event.objects.filter(
        HAS_FREE_SEATS,
        status=EventStatus.PUBLISHED,
        starts_at__gt=at,
        waitlist_auto_promote=True,
        waitlist_count__gt=0,
    )
    ids = list(events.order_by("pk").values_list("pk", flat=True))
    return sum(promote_into_free_seats(event_id=pk, actor=Actor.system(), at=at) for pk in ids)


def _lock_managed(event_id: UUID, actor: Actor) -> tuple[Event, dict[UUID, TicketType]]:
    try:
        event = lock_event(event_id)
    except Event.DoesNotExist:
        raise NotFound from None
    if event.deleted_at is not None:
        raise NotFound
    require_event_manager(actor, event)
    return event, lock_ticket_types(event)


def _promote(
    event: Event, ticket_types: dict[UUID, TicketType], row: Registration, *, actor: Actor, at: datetime
) -> Registration:
    if row.status != Status.WAITLISTED:
        raise NotWaitlisted
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE) or event.ends_at <= at:
        raise InvalidState("People can be promoted only while an event is published or live.")
    if not Availability.of(event, ticket_types.values()).has_seat(row.ticket_type_id):
        raise EventFull
    if ticket_types[row.ticket_type_id].price_minor and not payments_accepted(event.pk):
        raise PaymentUnavailable
    promote_rows(event, [row], ticket_types, actor=actor, at=at)
    return row
