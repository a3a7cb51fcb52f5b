"""The steps of an event's life. The table of states is `transitions.TRANSITIONS`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.errors import EventHasRegistrations, EventOver
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.ports import is_used
from lyceum.events.services.locking import change_status, lock_own_event
from lyceum.events.services.meeting_claims import lock_numbers, numbers_of
from lyceum.events.services.meetings import claim_again
from lyceum.events.services.reminders import cancel_reminders, reschedule_reminders
from lyceum.events.services.settling import settles_at


@transaction.atomic
def publish_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Open a draft to the public. Never fails for want of a meeting: that error shows on the event later.

    Locks: MeetingNumber, Event, Meeting, EventReminder.
    Raises: NotFound (404), InvalidState, EventOver (409).
    Publishes: EventPublished.
    """
    numbers = lock_numbers(numbers_of(event_id), at=at)
    event = lock_own_event(event_id, actor)
    if event.status == EventStatus.DRAFT and event.ends_at <= at:
        raise EventOver
    change_status(event, "publish", actor=actor, at=at)
    if event.published_at is None:
        event.published_at = at
        event.save(update_fields=["published_at", "updated_at"])
    claim_again(event, numbers, at=at)
    reschedule_reminders(event, at=at)
    return event


@transaction.atomic
def unpublish_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Take a published event back, before it starts and while nobody has registered.

    Locks: Event.
    Raises: NotFound (404), InvalidState, EventHasRegistrations (409).
    Publishes: EventUnpublished.
    """
    event = lock_own_event(event_id, actor)
    if event.status == EventStatus.PUBLISHED:
        if event.starts_at <= at:
            raise InvalidState("The event has started, so it can't become a draft again.")
        if is_used(event):
            raise EventHasRegistrations
    change_status(event, "unpublish", actor=actor, at=at)
    return event


@transaction.atomic
def start_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Make a published event live; its only session, where there is one, with it.

    Locks: Event, EventSession.
    Raises: NotFound (404), InvalidState (409).
    Publishes: EventLive, SessionStarted.
    """
    event = lock_own_event(event_id, actor)
    make_live(event, actor=actor, at=at)
    sessions = list(event.sessions.counting().select_for_update())
    if len(sessions) == 1 and sessions[0].status == SessionStatus.SCHEDULED:
        mark_session_live(sessions[0], actor=actor, at=at)
    return event


@transaction.atomic
def complete_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """End a live event now, and with it every session that has not ended.

    What happens in them later counts for nothing, and attendance is decided when the settling delay is over.
    Locks: Event, EventSession.
    Raises: NotFound (404), InvalidState (409).
    Publishes: SessionCompleted for each, EventCompleted.
    """
    event = lock_own_event(event_id, actor)
    make_completed(event, actor=actor, at=at, ended_at=at, by_hand=True)
    return event


@transaction.atomic
def close_event(*, event_id: UUID, actor: Actor, at: datetime) -> Event:
    """Put a completed event away: nothing more is to come.

    Locks: Event.
    Raises: NotFound (404), InvalidState (409).
    Publishes: EventClosed.
    """
    event = lock_own_event(event_id, actor)
    change_status(event, "close", actor=actor, at=at)
    return event


@transaction.atomic
def reopen_event(*, event_id: UUID, actor: Actor, at: datetime, reason: str = "") -> Event:
    """Take a closed event up again, for example to issue one more certificate.

    Locks: Event.
    Raises: NotFound (404), InvalidState (409).
    Publishes: EventReopened.
    """
    event = lock_own_event(event_id, actor)
    change_status(event, "reopen", actor=actor, at=at, reason=reason)
    return event


@transaction.atomic
def cancel_event(*, event_id: UUID, actor: Actor, at: datetime, reason: str = "") -> Event:
    """Call an event off for good. Seats, refunds, meetings and mails follow the fact; all data stays.

    Locks: Event, EventSession, EventReminder.
    Raises: NotFound (404), InvalidState (409).
    Publishes: EventCancelled.
    """
    event = lock_own_event(event_id, actor)
    change_status(event, "cancel", actor=actor, at=at, reason=reason)
    event.cancelled_at, event.cancellation_reason = at, reason
    event.calendar_sequence += 1
    event.save(update_fields=["cancelled_at", "cancellation_reason", "calendar_sequence", "updated_at"])
    open_states = (SessionStatus.SCHEDULED, SessionStatus.LIVE)
    event.sessions.filter(status__in=open_states).update(
        status=SessionStatus.CANCELLED, cancelled_at=at, cancellation_reason=reason, updated_at=at
    )
    cancel_reminders(event)
    return event


def make_live(event: Event, *, actor: Actor, at: datetime, started_at: datetime | None = None) -> None:
    """Take the step of a locked event; the state is checked before anything is written.

    started_at: when it really began, where that is known to be earlier than `at`.
    """
    change_status(event, "start", actor=actor, at=at)
    if event.actual_started_at is None:
        event.actual_started_at = started_at or at
        event.save(update_fields=["actual_started_at", "updated_at"])


def make_completed(
    event: Event, *, actor: Actor, at: datetime, ended_at: datetime | None, by_hand: bool = False
) -> None:
    """Complete a locked live event and its open sessions.

    ended_at: when it really ended, as far as anybody knows.
    by_hand: as for `mark_session_completed`.
    """
    change_status(event, "complete", actor=actor, at=at)
    event.actual_ended_at = ended_at
    event.save(update_fields=["actual_ended_at", "updated_at"])
    for session in event.sessions.counting().exclude(status=SessionStatus.COMPLETED).select_for_update():
        mark_session_completed(session, actor=actor, at=at, ended_at=ended_at, by_hand=by_hand)


def mark_session_live(session: EventSession, *, actor: Actor, at: datetime) -> None:
    """Write a locked session's start and publish it."""
    session.status = SessionStatus.LIVE
    session.actual_started_at = session.actual_started_at or at
    session.save(update_fields=["status", "actual_started_at", "updated_at"])
    publish(
        facts.SessionStarted(event_id=session.event_id, session_id=session.pk),
        actor=actor,
        about=session.event_id,
        at=at,
    )


def mark_session_completed(
    session: EventSession, *, actor: Actor, at: datetime, ended_at: datetime | None, by_hand: bool
) -> None:
    """Write a locked session's end and publish it. Where its attendance hasn't settled, it does: soon, never before.

    by_hand: the organizer ends it now, so nothing after this counts, and late reports get the settling delay;
        otherwise it has been over for long enough.
    """
    session.status = SessionStatus.COMPLETED
    session.actual_ended_at = session.actual_ended_at or ended_at
    if by_hand:
        session.ended_by_hand_at = at
    if session.settled_at is None:
        session.settle_at = settles_at(at) if by_hand else at
    session.save(update_fields=["status", "actual_ended_at", "ended_by_hand_at", "settle_at", "updated_at"])
    publish(
        facts.SessionCompleted(event_id=session.event_id, session_id=session.pk),
        actor=actor,
        about=session.event_id,
        at=at,
    )
