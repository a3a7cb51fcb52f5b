"""Giving up a place, or a place in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish_many
from lyceum.events.models import Event
from lyceum.events.models.choices import EventStatus
from lyceum.events.policies import may_manage_event
from lyceum.registrations.errors import AlreadyCancelled, CannotCancel
from lyceum.registrations.facts import RegistrationCancelled
from lyceum.registrations.models import Registration
from lyceum.registrations.policies import may_act_as_attendee
from lyceum.registrations.services.promote import fill_free_seats
from lyceum.registrations.services.seats import lock_event, move_seats, update_rows

Status = Registration.Status
_CANCELLABLE = (Status.PENDING, Status.CONFIRMED, Status.WAITLISTED)


@transaction.atomic
def cancel_registration(*, registration_id: UUID, actor: Actor, reason: str = "", at: datetime) -> Registration:
    """Cancel a place: its owner before the event starts, the organizer until it is completed.

    A seat that comes free goes to the next in line, in the same transaction.

    Locks: Event, Registration, TicketType.
    Raises: NotFound (404), AlreadyCancelled (400), CannotCancel (400).
    Publishes: RegistrationCancelled, RegistrationPromoted.
    """
    event_id = Registration.objects.filter(pk=registration_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise NotFound
    event = lock_event(event_id)
    row: Registration = Registration.objects.select_for_update().get(pk=registration_id)
    by = _by(actor, event, row)
    _check(event, row, by, at)
    release(event, [row], reason=reason, by=by, actor=actor, at=at)
    fill_free_seats(event, actor=Actor.system(), at=at)
    return row


def _by(actor: Actor, event: Event, row: Registration) -> str:
    if may_act_as_attendee(actor, row):
        return "attendee"
    if may_manage_event(actor, event):
        return "organizer"
    raise NotFound


def _check(event: Event, row: Registration, by: str, at: datetime) -> None:
    if row.status == Status.CANCELLED:
        raise AlreadyCancelled
    if row.status not in _CANCELLABLE:
        raise CannotCancel("Somebody who didn't come can't be cancelled any more.")
    if row.certificate_issued:
        raise CannotCancel("A certificate was issued for this registration. Please revoke it first.")
    # A start that nobody reported is a start all the same, for the one who wants to leave; the organizer may
    # still tidy up until the event is over.
    if by == "attendee" and (event.status != EventStatus.PUBLISHED or event.starts_at <= at):
        raise CannotCancel
    if event.status not in (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.LIVE):
        raise CannotCancel("This event is over, so its registrations can't be cancelled any more.")


def release(event: Event, rows: Sequence[Registration], *, reason: str, by: str, actor: Actor, at: datetime) -> None:
    """Cancel these locked rows of a locked event, and give back what they held.

    by: attendee, organizer, event or account.
    Publishes: RegistrationCancelled.
    """
    seats = waiting = people = 0
    sold: dict[UUID, int] = {}
    facts = []
    for row in rows:
        facts.append((RegistrationCancelled(registration_id=row.pk, event_id=event.pk, was=row.status, by=by), row.pk))
        if row.holds_seat:
            seats -= 1
            sold[row.ticket_type_id] = sold.get(row.ticket_type_id, 0) - 1
        waiting -= row.status == Status.WAITLISTED
        people -= row.status in (*Registration.SEATED, Status.NO_SHOW)
        row.status, row.waitlist_sequence = Status.CANCELLED, None
        row.cancelled_at = row.updated_at = at
        row.cancellation_reason = reason[:500]
    new = {"waitlist_sequence": None, "cancelled_at": at, "cancellation_reason": reason[:500], "updated_at": at}
    update_rows(rows, status=Status.CANCELLED, **new)
    move_seats(event, seats=seats, waiting=waiting, people=people, sold=sold)
    publish_many(facts, actor=actor, at=at)


@transaction.atomic
def cancel_all(*, event_id: UUID, reason: str, at: datetime) -> int:
    """Cancel every place of a cancelled event. Repeatable: what is cancelled stays as it is.

    Locks: Event, Registration by id, TicketType.
    Returns: how many there were.
    Publishes: RegistrationCancelled.
    """
    event = lock_event(event_id)
    rows = list(Registration.objects.filter(event=event, status__in=_CANCELLABLE).order_by("pk").select_for_update())
    if rows:
        release(event, rows, reason=reason, by="event", actor=Actor.system(), at=at)
    return len(rows)
