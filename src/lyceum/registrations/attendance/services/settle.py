"""Settle sessions whose meeting is over, once the late deliveries have had their time."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.ledger import publish
from lyceum.events.models import EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.services.meeting_claims import numbers_of
from lyceum.events.services.session_lifecycle import complete_session, start_session
from lyceum.integrations.inbound.services.process import process_backlog
from lyceum.integrations.zoom.rules.webhooks import ZOOM
from lyceum.registrations.attendance.facts import SessionSettled
from lyceum.registrations.attendance.services.decide import decide_for_everybody
from lyceum.registrations.attendance.services.locking import lock_event_rules
from lyceum.registrations.attendance.services.rebuild_intervals import rebuild_intervals
from lyceum.registrations.attendance.services.recompute_event import match_late_registrations

log = logging.getLogger(__name__)

BATCH = 20
_RUNNING = (EventStatus.PUBLISHED, EventStatus.LIVE)


def settle_due(at: datetime) -> int:
    """Settle a batch of sessions whose delay is over, the oldest first; return how many were settled."""
    due = EventSession.objects.filter(settle_at__lte=at).exclude(status=SessionStatus.CANCELLED)
    alive = due.filter(Q(event__deleted_at__isnull=True), ~Q(event__status=EventStatus.CANCELLED))
    ids = list(alive.order_by("settle_at", "id").values_list("pk", flat=True)[:BATCH])
    return sum(_try_to_settle(session_id, at) for session_id in ids)


def _try_to_settle(session_id: UUID, at: datetime) -> bool:
    try:
        return settle_session(session_id=session_id, at=at)
    except (Refusal, DatabaseError):
        # It stays due; the others must not wait for it.
        log.exception("settling_failed", extra={"session": str(session_id)})
        return False


def settle_session(*, session_id: UUID, at: datetime) -> bool:
    """Make one session's attendance final and complete it; the last one completes its event.

    What is stored of its meeting is worked on first. Killed on the way, it begins again: each step can be repeated.
    Returns: whether it was settled; not when a restart of the meeting came in, or another worker is still at it.
    Locks: Event, EventSession, Attendance, in several transactions.
    Publishes: AttendanceDecided, SessionSettled, SessionCompleted, EventCompleted.
    """
    session = EventSession.objects.get(pk=session_id)
    if not process_backlog(source=ZOOM, subjects=numbers_of(session.event_id), at=at):
        return False
    session.refresh_from_db(fields=["settle_at"])
    due_at = session.settle_at
    if due_at is None or due_at > at:
        return False
    rebuild_intervals(session.event_id, at=at, closing=[session_id])
    match_late_registrations(session.event_id, at)
    decide_for_everybody(session.event_id, at=at, settling=[session_id])
    return _finish(session, due_at, at)


@transaction.atomic
def _finish(session: EventSession, due_at: datetime, at: datetime) -> bool:
    event = lock_event_rules(session.event_id, no_key=False).event
    settled = EventSession.objects.filter(pk=session.pk, settle_at=due_at).update(
        settle_at=None, settled_at=at, updated_at=at
    )
    if not settled:
        return False
    fact = SessionSettled(session_id=session.pk, event_id=event.pk)
    publish(fact, actor=Actor.system(), about=event.pk, at=at)
    session.refresh_from_db()
    if event.status in _RUNNING and session.status in (SessionStatus.SCHEDULED, SessionStatus.LIVE):
        _complete(session, at)
    return True


def _complete(session: EventSession, at: datetime) -> None:
    ended_at = session.actual_ended_at or min(session.ends_at, at)
    if session.status == SessionStatus.SCHEDULED:
        # Its start was never told; nobody can end what has not begun.
        begun = session.actual_started_at or min(session.starts_at, ended_at)
        start_session(session_id=session.pk, actor=Actor.system(), at=at, started_at=begun)
    complete_session(session_id=session.pk, actor=Actor.system(), at=at, ended_at=ended_at)


def settle_soon(*, event_id: UUID, at: datetime, session_id: UUID | None = None) -> int:
    """Make those sessions of a completed event due that nothing else settles: a version before completed them.

    Returns: how many are due.
    """
    rows = EventSession.objects.filter(event_id=event_id, settled_at__isnull=True, settle_at__isnull=True)
    if session_id is not None:
        rows = rows.filter(pk=session_id)
    return rows.exclude(status=SessionStatus.CANCELLED).update(settle_at=at, updated_at=at)
