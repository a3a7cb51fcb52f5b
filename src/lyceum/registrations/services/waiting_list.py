"""From the waiting list to a seat: the step that verbs share, under the event's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.ledger import FactBase, publish_many
from lyceum.events.models import Event, TicketType
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.facts import HoldPlaced, RegistrationPromoted
from lyceum.registrations.models import Registration
from lyceum.registrations.ports import payments_accepted
from lyceum.registrations.rules.availability import Availability
from lyceum.registrations.services.applicants import give_seat
from lyceum.registrations.services.seats import lock_ticket_types, move_counters, seats_by_ticket_type, update_rows

Status = Registration.Status


def fill_free_seats(event: Event, *, actor: Actor, at: datetime) -> list[Registration]:
    """Promote as many people as a locked event has free seats, first come first, where it does that by itself.

    Locks: TicketType, Registration by id.
    Publishes: RegistrationPromoted, HoldPlaced.
    """
    if not event.waitlist_count or event.available_spots == 0 or not _promotes_by_itself(event, at):
        return []
    ticket_types = _to_be_had(lock_ticket_types(event), event.pk)
    availability = Availability.of(event, ticket_types.values())
    with_tickets = [key for key in ticket_types if availability.has_ticket(key)]
    waiting = Registration.objects.waiting().filter(event=event, ticket_type_id__in=with_tickets)
    # Where some tickets are limited, the first ones in line may not all fit, so everyone is looked at.
    limited = any(left is not None for left in availability.free_tickets.values())
    chosen = availability.next_in_line(waiting if limited else waiting[: availability.free_seats])
    promote_rows(event, chosen, ticket_types, actor=actor, at=at)
    return chosen


def promote_rows(
    event: Event,
    registrations: Sequence[Registration],
    ticket_types: dict[UUID, TicketType],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Give these waiting people a seat of a locked event: a confirmed one, or a hold where the ticket costs money.

    Nobody else moves them meanwhile: a waiting registration changes only under its event's lock.

    Locks: Registration by id.
    Publishes: RegistrationPromoted, HoldPlaced.
    """
    if not registrations:
        return
    _lock(registrations)
    for row in registrations:
        give_seat(row, ticket_types[row.ticket_type_id], at=at)
    for status in (Status.CONFIRMED, Status.PENDING):
        rows = [row for row in registrations if row.status == status]
        if rows:
            held_until = rows[0].held_until
            update_rows(
                rows, status=status, held_until=held_until, waitlist_sequence=None, promoted_at=at, updated_at=at
            )
    number = len(registrations)
    move_counters(event, seats=number, waiting=-number, people=number, sold=seats_by_ticket_type(registrations))
    publish_many([(_fact(row), row.pk) for row in registrations], actor=actor, at=at)


def _promotes_by_itself(event: Event, at: datetime) -> bool:
    return (
        event.waitlist_auto_promote
        and event.deleted_at is None
        and event.status == EventStatus.PUBLISHED
        and event.starts_at > at
    )


def _to_be_had(ticket_types: dict[UUID, TicketType], event_id: UUID) -> dict[UUID, TicketType]:
    """Leave out the tickets that cost money where nobody takes it."""
    if payments_accepted(event_id):
        return ticket_types
    return {key: ticket_type for key, ticket_type in ticket_types.items() if not ticket_type.price_minor}


def _lock(registrations: Sequence[Registration]) -> None:
    keys = [row.pk for row in registrations]
    list(Registration.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk", flat=True))


def _fact(registration: Registration) -> FactBase:
    registration_id, event_id = registration.pk, registration.event_id
    if registration.status == Status.PENDING:
        return HoldPlaced(registration_id=registration_id, event_id=event_id, promoted=True)
    return RegistrationPromoted(registration_id=registration_id, event_id=event_id)
