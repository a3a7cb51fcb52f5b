"""Saying that somebody did not come, and taking it back. No job ever says it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import Event
from lyceum.events.policies import require_event_manager
from lyceum.registrations.errors import EventFull, NotConfirmed, NotStarted
from lyceum.registrations.facts import NoShowSet
from lyceum.registrations.models import Registration
from lyceum.registrations.services.seats import lock_event, move_seats

Status = Registration.Status


@transaction.atomic
def set_no_show(*, event_id: UUID, registration_id: UUID, no_show: bool, actor: Actor, at: datetime) -> Registration:
    """Move a confirmed place to no_show once the event has started, or back. Saying it twice changes nothing.

    Locks: Event, Registration, TicketType.
    Raises: NotFound (404), NotStarted (409), NotConfirmed (409), InvalidState (409), EventFull (400).
    Publishes: NoShowSet.
    """
    try:
        event = lock_event(event_id)
    except Event.DoesNotExist:
        raise NotFound from None
    require_event_manager(actor, event)
    row: Registration | None = Registration.objects.select_for_update().filter(event=event, pk=registration_id).first()
    if row is None:
        raise NotFound
    wanted = Status.NO_SHOW if no_show else Status.CONFIRMED
    if row.status == wanted:
        return row
    if row.status not in (Status.CONFIRMED, Status.NO_SHOW):
        raise NotConfirmed
    if no_show and row.certificate_issued:
        raise InvalidState("A certificate was issued for this registration. Please revoke it first.")
    if no_show and at < event.starts_at and event.actual_started_at is None:
        raise NotStarted
    if not no_show and event.available_spots == 0:
        raise EventFull
    row.status = wanted
    row.save(update_fields=["status", "updated_at"])
    step = -1 if no_show else 1
    move_seats(event, seats=step, sold={row.ticket_type_id: step})
    fact = NoShowSet(registration_id=row.pk, event_id=event.pk, no_show=no_show)
    publish(fact, actor=actor, about=row.pk, at=at)
    return row
