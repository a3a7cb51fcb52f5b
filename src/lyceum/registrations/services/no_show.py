"""Saying that somebody did not come, and taking it back. No job ever says it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import Event
from lyceum.events.policies import require_event_manager
from lyceum.events.services.locking import lock_event
from lyceum.registrations.errors import EventFull, NotConfirmed, NotStarted
from lyceum.registrations.facts import NoShowSet
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.availability import Availability
from lyceum.registrations.services.holds import release_expired_holds
from lyceum.registrations.services.seats import lock_ticket_types, move_counters

Status = Registration.Status


def set_no_show(*, event_id: UUID, registration_id: UUID, no_show: bool, actor: Actor, at: datetime) -> Registration:
    """Move a confirmed registration to no_show once the event has started, or back. Saying it twice changes nothing.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), NotStarted (409), NotConfirmed (409), InvalidState (409), EventFull (400).
    Publishes: NoShowSet; HoldExpired for holds that had run out.
    """
    if not no_show:
        release_expired_holds(event_id=event_id, at=at)
    with transaction.atomic():
        try:
            event = lock_event(event_id)
        except Event.DoesNotExist:
            raise NotFound from None
        require_event_manager(actor, event)
        availability = Availability.of(event, lock_ticket_types(event).values())
        rows = Registration.objects.filter(event=event, pk=registration_id)
        row: Registration | None = rows.select_for_update().first()
        if row is None:
            raise NotFound
        wanted = Status.NO_SHOW if no_show else Status.CONFIRMED
        if row.status != wanted:
            _check(row, event, availability, no_show=no_show, at=at)
            _move(row, event, wanted, actor=actor, at=at)
        return row


def _check(row: Registration, event: Event, availability: Availability, *, no_show: bool, at: datetime) -> None:
    if row.status not in (Status.CONFIRMED, Status.NO_SHOW):
        raise NotConfirmed
    if no_show and row.certificate_issued:
        raise InvalidState("A certificate was issued for this registration. Please revoke it first.")
    if no_show and at < event.starts_at and event.actual_started_at is None:
        raise NotStarted
    if not no_show and not availability.has_seat(row.ticket_type_id):
        raise EventFull


def _move(row: Registration, event: Event, status: Registration.Status, *, actor: Actor, at: datetime) -> None:
    row.status = status
    row.save(update_fields=["status", "updated_at"])
    no_show = status == Status.NO_SHOW
    step = -1 if no_show else 1
    move_counters(event, seats=step, sold={row.ticket_type_id: step})
    fact = NoShowSet(registration_id=row.pk, event_id=event.pk, no_show=no_show)
    publish(fact, actor=actor, about=row.pk, at=at)
