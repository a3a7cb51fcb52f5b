"""Which session a meeting belongs to: by the occurrence, else by the number and the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus

_ACTIVE = (EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.COMPLETED, EventStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    """Where a delivery belongs.

    session: the one that the moment falls into or next to.
    shared: the meeting is the event's and covers all its sessions, so presence belongs to no single one.
    """

    event_id: UUID
    session: EventSession
    shared: bool

    @property
    def session_id(self) -> UUID | None:
        return None if self.shared else self.session.pk


@dataclass(frozen=True, slots=True)
class NoMeeting:
    """Why a delivery belongs nowhere.

    may_come_later: an organizer may still enter the meeting's number.
    """

    reason: str
    may_come_later: bool = True


def find_meeting(*, meeting_id: str, meeting_uuid: str, moment: datetime) -> FoundMeeting | NoMeeting:
    """Find the session of a meeting. Drafts, cancelled and deleted events, and blank numbers match nothing.

    moment: decides between several sessions with one number (a recurring meeting).
    """
    if not meeting_id:
        return NoMeeting("The delivery names no meeting.", may_come_later=False)
    candidates = _with_own_meeting(meeting_id) or _of_event_meeting(meeting_id)
    if not candidates:
        return NoMeeting("No event here has this meeting.")
    return _choose(candidates, meeting_uuid, moment)


def _with_own_meeting(meeting_id: str) -> list[FoundMeeting]:
    sessions = _sessions().filter(zoom_meeting_id=meeting_id)
    return [FoundMeeting(session.event_id, session, shared=False) for session in sessions]


def _of_event_meeting(meeting_id: str) -> list[FoundMeeting]:
    sessions = list(_sessions().filter(event__zoom_meeting_id=meeting_id, zoom_meeting_id=""))
    count = {event_id: sum(row.event_id == event_id for row in sessions) for event_id in {s.event_id for s in sessions}}
    return [FoundMeeting(row.event_id, row, shared=count[row.event_id] > 1) for row in sessions]


def _sessions() -> QuerySet[EventSession]:
    return (
        EventSession.objects.exclude(status=SessionStatus.CANCELLED)
        .filter(event__deleted_at__isnull=True, event__status__in=_ACTIVE)
        .select_related("event")
        .order_by("starts_at", "id")
    )


def _choose(found: list[FoundMeeting], meeting_uuid: str, moment: datetime) -> FoundMeeting | NoMeeting:
    named = [row for row in found if meeting_uuid and meeting_uuid in _uuids(row.session)]
    found = named or found
    nearest = min(_distance(row.session, moment) for row in found)
    at_it = [row for row in found if _distance(row.session, moment) == nearest]
    if len({row.event_id for row in at_it}) > 1:
        # Giving the attendance to either would show one organizer's people to the other.
        return NoMeeting("Two events have this meeting at the same time, so it can't be told whose it is.")
    return at_it[0]


def _uuids(session: EventSession) -> set[str]:
    return {session.zoom_meeting_uuid, session.event.zoom_meeting_uuid} - {""}


def _distance(session: EventSession, moment: datetime) -> timedelta:
    """Return how far a moment lies from a session's window; within it, nothing."""
    return max(session.starts_at - moment, moment - session.ends_at, timedelta(0))


def meeting_ids(event: Event, sessions: Sequence[EventSession]) -> list[str]:
    """Return every meeting number of an event."""
    return sorted({event.zoom_meeting_id, *(session.zoom_meeting_id for session in sessions)} - {""})
