"""Cancelling registrations: a seat, or a position on the waiting list, is given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish_many
from lyceum.events.models import Event
from lyceum.events.policies import may_manage_event
from lyceum.events.services.locking import lock_event
from lyceum.registrations.facts import RegistrationCancelled
from lyceum.registrations.models import Registration
from lyceum.registrations.policies import may_act_as_attendee
from lyceum.registrations.rules.cancellation import cancellation_refusal
from lyceum.registrations.services.seats import give_up, lock_registration, lock_ticket_types
from lyceum.registrations.services.waiting_list import fill_free_seats


@transaction.atomic
def cancel_registration(*, registration_id: UUID, actor: Actor, reason: str = "", at: datetime) -> Registration:
    """Cancel a registration: its owner before the event starts, the organizer until it is completed.

    A seat that comes free goes to the next in line, in the same transaction.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), AlreadyCancelled (400), CannotCancel (400).
    Publishes: RegistrationCancelled; RegistrationPromoted or HoldPlaced for who gets the seat.
    """
    event, row = lock_registration(registration_id)
    by = _by(actor, event, row)
    if refusal := cancellation_refusal(row, event, by_owner=by == "attendee", at=at):
        raise refusal
    cancel_rows(event, [row], reason=reason, by=by, actor=actor, at=at)
    fill_free_seats(event, actor=Actor.system(), at=at)
    return row


def _by(actor: Actor, event: Event, row: Registration) -> str:
    if may_act_as_attendee(actor, row):
        return "attendee"
    if may_manage_event(actor, event):
        return "organizer"
    raise NotFound


def cancel_rows(
    event: Event, registrations: Sequence[Registration], *, reason: str, by: str, actor: Actor, at: datetime
) -> None:
    """Cancel these locked rows of a locked event, its ticket types locked too, and give back what they had.

    by: attendee, organizer, event or account.
    Publishes: RegistrationCancelled.
    """
    facts = [
        (RegistrationCancelled(registration_id=row.pk, event_id=event.pk, was=row.status, by=by), row.pk)
        for row in registrations
    ]
    give_up(event, registrations, reason=reason, at=at)
    publish_many(facts, actor=actor, at=at)


@transaction.atomic
def cancel_all(*, event_id: UUID, reason: str, at: datetime) -> int:
    """Cancel every registration of a cancelled event. Repeatable: what is cancelled stays as it is.

    Locks: Event, TicketType, Registration by id.
    Returns: how many there were.
    Publishes: RegistrationCancelled.
    """
    event = lock_event(event_id)
    lock_ticket_types(event)
    rows = list(
        Registration.objects.filter(event=event, status__in=Registration.CANCELLABLE).order_by("pk").select_for_update()
    )
    if rows:
        cancel_rows(event, rows, reason=reason, by="event", actor=Actor.system(), at=at)
    return len(rows)
