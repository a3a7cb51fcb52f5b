"""Deleting a draft, and bringing it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.errors import EventHasRegistrations
from lyceum.events.models import Event
from lyceum.events.models.choices import EventStatus
from lyceum.events.ports import is_used
from lyceum.events.services.locking import lock_own_event
from lyceum.events.services.meeting_claims import lock_numbers, numbers_of
from lyceum.events.services.meetings import claim_again
from lyceum.events.services.reminders import reschedule_reminders


@transaction.atomic
def delete_event(*, event_id: UUID, actor: Actor, at: datetime) -> None:
    """Hide a draft that nobody has registered for.

    Locks: Event.
    Raises: NotFound (404), InvalidState, EventHasRegistrations (409).
    Publishes: EventDeleted.
    """
    event = lock_own_event(event_id, actor)
    if event.status != EventStatus.DRAFT:
        raise InvalidState("Only a draft can be deleted. Cancel the event instead.", current_status=str(event.status))
    if is_used(event):
        raise EventHasRegistrations
    event.soft_delete(at=at)
    publish(facts.EventDeleted(event_id=event.pk), actor=actor, about=event.pk, at=at)


@transaction.atomic
def restore_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Bring one's own deleted draft back.

    Locks: MeetingNumber, Event, Meeting, EventReminder.
    Raises: NotFound (404) also for somebody else's, InvalidState (409) when it was not deleted.
    Publishes: EventRestored.
    """
    numbers = lock_numbers(numbers_of(event_id), at=at)
    event = lock_own_event(event_id, actor, deleted=True)
    if event.deleted_at is None:
        raise InvalidState("This event isn't deleted.")
    event.restore()
    claim_again(event, numbers, at=at)
    reschedule_reminders(event, at=at)
    publish(facts.EventRestored(event_id=event.pk), actor=actor, about=event.pk, at=at)
    return event
