"""Which session a meeting belongs to: by the occurrence, else by the number and the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from lyceum.events.models import EventSession, Meeting
from lyceum.events.models.choices import EventStatus

_ACTIVE = (EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.COMPLETED, EventStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    """Where a delivery belongs.

    session: the one that the moment falls into or next to.
    shared: the meeting is the event's and covers all its sessions, so an interval belongs to no single one.
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
    candidates = _candidates(meeting_id)
    if not candidates:
        return NoMeeting("No event here has this meeting.")
    return _choose(candidates, meeting_uuid, moment)


def _candidates(meeting_id: str) -> list[FoundMeeting]:
    """Return the sessions that meet there by themselves, else those of the events that meet there."""
    owners = list(Meeting.objects.filter(number=meeting_id).values_list("event_id", "session_id"))
    sessions = _sessions(owners) if owners else []
    own = [row for row in sessions if row.online.number == meeting_id]
    if own:
        return [FoundMeeting(row.event_id, row, shared=False) for row in own]
    of_event = [row for row in sessions if not row.online.number and row.event.online.number == meeting_id]
    count = Counter(row.event_id for row in of_event)
    return [FoundMeeting(row.event_id, row, shared=count[row.event_id] > 1) for row in of_event]


def _sessions(owners: Sequence[tuple[UUID | None, UUID | None]]) -> list[EventSession]:
    wanted = Q(event_id__in=[event_id for event_id, _ in owners if event_id])
    wanted |= Q(pk__in=[session_id for _, session_id in owners if session_id])
    return list(
        EventSession.objects.with_meetings()
        .counting()
        .filter(wanted, event__deleted_at__isnull=True, event__status__in=_ACTIVE)
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
    return {session.online.occurrence_id, session.event.online.occurrence_id} - {""}


def _distance(session: EventSession, moment: datetime) -> timedelta:
    """Return how far a moment lies from a session's window; within it, nothing."""
    return max(session.starts_at - moment, moment - session.ends_at, timedelta(0))


def meeting_ids(event_id: UUID) -> list[str]:
    """Return every meeting number of an event, its sessions' included."""
    rows = Meeting.objects.filter(Q(event_id=event_id) | Q(session__event_id=event_id)).exclude(number="")
    return sorted(set(rows.values_list("number", flat=True)))
