"""Locking an event's row before a change, and recording each change of its status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.core.public_changes import LISTS, note_changes
from lyceum.events import facts
from lyceum.events.errors import EventLocked
from lyceum.events.models import Event, EventStatusHistory
from lyceum.events.models.choices import EventStatus
from lyceum.events.policies import require_organizer
from lyceum.events.rules.transitions import transition_for

# What may still be entered by hand while an event runs: where to meet, for a meeting made elsewhere.
MEETING_FIELDS = frozenset({"zoom_meeting_id", "zoom_join_url"})
# Once published, printed times keep their zone; the times themselves may move.
LOCKED_WHEN_PUBLISHED = frozenset({"timezone"})


def lock_event(event_id: UUID) -> Event:
    """Return an event, a deleted one too, locked: the first lock of every verb on what belongs to it.

    Locks: Event.
    Raises: Event.DoesNotExist.
    """
    return Event.all_objects.select_for_update(of=("self",)).get(pk=event_id)


def lock_own_event(event_id: UUID, actor: Actor, *, deleted: bool = False) -> Event:
    """Return the event, locked, if the actor may manage it.

    Locks: Event.
    deleted: find a deleted one too.
    Raises: NotAuthenticated (401), PermissionDenied (403), NotFound (404).
    """
    require_organizer(actor)
    events = Event.all_objects if deleted else Event.objects
    event = events.managed_by(actor).select_for_update(of=("self",)).filter(pk=event_id).first()
    if event is None:
        raise NotFound
    # Whatever is locked here is about to change, and not every change is a fact.
    note_changes(event.pk, LISTS)
    return event


def check_editable(event: Event, changed: Iterable[str]) -> None:
    """Refuse changes that the event's state forbids (the edit matrix).

    Raises: EventLocked (409).
    """
    names = set(changed)
    if event.status == EventStatus.DRAFT or not names:
        return
    if event.status == EventStatus.PUBLISHED:
        locked = names & LOCKED_WHEN_PUBLISHED
    elif event.status == EventStatus.LIVE:
        locked = names - MEETING_FIELDS
    else:
        locked = names
    if locked:
        raise EventLocked(fields=sorted(locked), current_status=str(event.status))


def check_structure_open(event: Event) -> None:
    """Refuse to add or remove parts of an event that has begun or is over.

    Raises: EventLocked (409).
    """
    if not event.can_edit:
        raise EventLocked(current_status=str(event.status))


def change_status(event: Event, verb: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Change a locked event's status as the table of transitions says; write its history and publish the fact.

    The caller has locked the event and saves its other columns itself.
    Raises: InvalidState (409).
    """
    step = transition_for(verb, event.status)
    EventStatusHistory.objects.create(
        event=event,
        from_status=event.status,
        to_status=step.target,
        changed_by_id=actor.user_id,
        reason=reason,
        changed_at=at,
    )
    event.status = step.target
    note_changes(event.pk, LISTS)
    event.save(update_fields=["status", "updated_at"])
    publish(step.fact(event_id=event.pk), actor=actor, about=event.pk, at=at)  # type: ignore[call-arg]


def publish_times_changed(event: Event, *, actor: Actor, at: datetime) -> None:
    """Publish that a published event moved; drafts move in silence."""
    if event.status == EventStatus.PUBLISHED:
        publish(facts.EventTimesChanged(event_id=event.pk), actor=actor, about=event.pk, at=at)
