"""Holds: seats that somebody pays for. A held seat counts as taken until it is confirmed, given up, or runs out.

`applicants.hold_seat` places one, when a ticket that costs money is registered for or promoted to.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish, publish_many
from lyceum.events.policies import may_manage_event
from lyceum.events.services.locking import lock_event
from lyceum.registrations.errors import NotHeld
from lyceum.registrations.facts import HoldExpired, HoldReleased, RegistrationConfirmed
from lyceum.registrations.models import Registration
from lyceum.registrations.policies import may_act_as_attendee
from lyceum.registrations.services.seats import give_up, lock_registration, lock_ticket_types
from lyceum.registrations.services.waiting_list import fill_free_seats

Status = Registration.Status
NOT_PAID = "The place wasn't paid for in time."
_EVENTS_AT_A_TIME = 50


@transaction.atomic
def confirm_hold(*, registration_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give a held seat to its holder for good, because it was paid for. Saying it twice changes nothing.

    A hold whose time is over but whose seat nobody has released yet is honoured: the seat is still theirs.

    Locks: Registration. No counter moves, for a held seat is counted already.
    Raises: NotFound (404), NotHeld (409) when the seat was released meanwhile: the payer gets their money back.
    Publishes: RegistrationConfirmed, once.
    """
    rows = Registration.objects.select_for_update(of=("self",)).select_related("event")
    row: Registration | None = rows.filter(pk=registration_id).first()
    if row is None or not may_manage_event(actor, row.event):
        raise NotFound
    if row.status == Status.CONFIRMED:
        return row
    if row.status != Status.PENDING:
        raise NotHeld
    row.status, row.held_until = Status.CONFIRMED, None
    row.save(update_fields=["status", "held_until", "updated_at"])
    fact = RegistrationConfirmed(registration_id=row.pk, event_id=row.event_id)
    publish(fact, actor=actor, about=row.pk, at=at)
    return row


@transaction.atomic
def release_hold(*, registration_id: UUID, actor: Actor, at: datetime) -> Registration:
    """Give up a held seat before it is paid for; the seat goes to the next in line.

    Locks: Event, TicketType, Registration.
    Raises: NotFound (404), NotHeld (409).
    Publishes: HoldReleased; RegistrationPromoted or HoldPlaced for who gets the seat.
    """
    event, row = lock_registration(registration_id)
    if not (may_act_as_attendee(actor, row) or may_manage_event(actor, event)):
        raise NotFound
    if row.status != Status.PENDING:
        raise NotHeld
    give_up(event, [row], reason="", at=at)
    publish(HoldReleased(registration_id=row.pk, event_id=event.pk), actor=actor, about=row.pk, at=at)
    fill_free_seats(event, actor=Actor.system(), at=at)
    return row


def release_expired_holds(*, event_id: UUID, at: datetime) -> int:
    """Release the seats of an event whose holds ran out by `at`; they go to the next in line.

    Verbs call it before they look whether there is room, so that nobody is refused because of a hold that is over.

    Locks: Event, TicketType, Registration by id.
    Returns: how many holds were released.
    Publishes: HoldExpired; RegistrationPromoted or HoldPlaced for who gets a seat.
    """
    if not _expired(at).filter(event_id=event_id).exists():
        # Looked first, so that the event isn't locked where no hold ran out.
        return 0
    with transaction.atomic():
        event = lock_event(event_id)
        lock_ticket_types(event)
        rows = list(_expired(at).filter(event=event).order_by("pk").select_for_update())
        if not rows:
            return 0
        give_up(event, rows, reason=NOT_PAID, at=at)
        system = Actor.system()
        facts = [(HoldExpired(registration_id=row.pk, event_id=event.pk), row.pk) for row in rows]
        publish_many(facts, actor=system, at=at)
        fill_free_seats(event, actor=system, at=at)
    return len(rows)


def release_due_holds(at: datetime) -> int:
    """Release every hold that ran out, event by event; the sweep that runs every few seconds.

    Returns: how many holds were released.
    """
    events = _expired(at).order_by().values_list("event_id", flat=True).distinct()[:_EVENTS_AT_A_TIME]
    return sum(release_expired_holds(event_id=event_id, at=at) for event_id in list(events))


def _expired(at: datetime) -> QuerySet[Registration]:
    rows: QuerySet[Registration] = Registration.objects.filter(status=Status.PENDING, held_until__lte=at)
    return rows
