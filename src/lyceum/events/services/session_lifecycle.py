"""The steps of one session's life, and what they mean for its event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.errors import LastSession
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.services.lifecycle import make_completed, make_live, mark_session_completed, mark_session_live
from lyceum.events.services.locking import lock_own_event
from lyceum.events.services.meetings import become_named
from lyceum.events.services.reminders import cancel_reminders
from lyceum.events.services.sessions import lock_session
from lyceum.events.services.spans import follow_sessions


@transaction.atomic
def start_session(
    *, session_id: UUID, actor: Actor, at: datetime, event_id: UUID | None = None, started_at: datetime | None = None
) -> EventSession:
    """Make a scheduled session live; the first one makes its event live too.

    Locks: Event, EventSession.
    event_id: where the caller knows it; a session of another event is then absent.
    started_at: when it really began, where that is known to differ from `at`.
    Raises: NotFound (404), InvalidState (409).
    Publishes: SessionStarted, EventLive.
    """
    event, session = _lock(session_id, event_id, actor)
    _require(session, SessionStatus.SCHEDULED, "start")
    if event.status == EventStatus.PUBLISHED:
        make_live(event, actor=actor, at=at, started_at=started_at)
    elif event.status != EventStatus.LIVE:
        raise InvalidState(f"A session can't start while its event is {event.status}.")
    session.actual_started_at = session.actual_started_at or started_at
    mark_session_live(session, actor=actor, at=at)
    return session


@transaction.atomic
def complete_session(
    *, session_id: UUID, actor: Actor, at: datetime, event_id: UUID | None = None, ended_at: datetime | None = None
) -> EventSession:
    """End a live session; the last one that counts completes its event.

    Locks: Event, EventSession.
    ended_at: when it really ended, where that is known; None means that the organizer ends it now, as
        `mark_session_completed` says.
    Raises: NotFound (404), InvalidState (409).
    Publishes: SessionCompleted, EventCompleted.
    """
    event, session = _lock(session_id, event_id, actor)
    _require(session, SessionStatus.LIVE, "complete")
    mark_session_completed(session, actor=actor, at=at, ended_at=ended_at or at, by_hand=ended_at is None)
    _complete_if_all_ended(event, actor=actor, at=at, ended_at=ended_at or at)
    return session


@transaction.atomic
def cancel_session(
    *, session_id: UUID, actor: Actor, at: datetime, event_id: UUID | None = None, reason: str = ""
) -> EventSession:
    """Call one session off; it leaves every total. The last one stays: cancel the event instead.

    Locks: Event, EventSession, EventReminder.
    Raises: NotFound (404), InvalidState, LastSession (409).
    Publishes: SessionCancelled, and EventTimesChanged or EventCompleted where that follows.
    """
    event, session = _lock(session_id, event_id, actor)
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.LIVE):
        raise InvalidState(f"This session is {session.status}, so it can't be cancelled.")
    if event.status not in (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.LIVE):
        raise InvalidState(f"A session can't be cancelled while its event is {event.status}.")
    if not event.sessions.counting().exclude(pk=session.pk).exists():
        raise LastSession
    session.status, session.cancelled_at, session.cancellation_reason = SessionStatus.CANCELLED, at, reason
    become_named(event, session)
    session.save(update_fields=["status", "cancelled_at", "cancellation_reason", "is_implicit", "updated_at"])
    publish(facts.SessionCancelled(event_id=event.pk, session_id=session.pk), actor=actor, about=event.pk, at=at)
    cancel_reminders(event, session_id=session.pk)
    follow_sessions(event, actor=actor, at=at, moved=True)
    _complete_if_all_ended(event, actor=actor, at=at, ended_at=at)
    return session


def _complete_if_all_ended(event: Event, *, actor: Actor, at: datetime, ended_at: datetime) -> None:
    """A live event is over when every session that counts is, and there is at least one."""
    states = set(event.sessions.counting().values_list("status", flat=True))
    if event.status == EventStatus.LIVE and states == {SessionStatus.COMPLETED}:
        make_completed(event, actor=actor, at=at, ended_at=ended_at)


def _lock(session_id: UUID, event_id: UUID | None, actor: Actor) -> tuple[Event, EventSession]:
    if event_id is None:
        event_id = EventSession.objects.filter(pk=session_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise NotFound
    event = lock_own_event(event_id, actor)
    return event, lock_session(event, session_id)


def _require(session: EventSession, status: str, verb: str) -> None:
    if session.status != status:
        raise InvalidState(
            f"Only a {status} session can {verb}; this one is {session.status}.", current_status=str(session.status)
        )
