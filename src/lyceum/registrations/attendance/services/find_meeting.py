"""Which session a delivery belongs to: by whose Zoom account it is, then by the number, the occurrence and the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q

from lyceum.events.models import EventSession, Meeting, MeetingHost
from lyceum.events.models.choices import EventStatus
from lyceum.events.services.meeting_claims import holder_of
from lyceum.events.services.meeting_hosts import find_host, is_proven, note_run
from lyceum.integrations.zoom.rules.payload import ZoomDelivery

_ACTIVE = (EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.COMPLETED, EventStatus.CLOSED)
# A meeting held from this long before a session until this long after its end shows whose the Zoom account is.
RUNS_AROUND = timedelta(minutes=60)


class Tells(Enum):
    """What a delivery is about, and how far from a session's window it may lie, before and after, to belong to it."""

    # Who came and went: people's names.
    PEOPLE = timedelta(hours=6)
    # That the meeting began or ended; a rehearsal on the day before is one.
    RUNNING = timedelta(hours=24)
    # What was planned or registered in Zoom, weeks ahead too. Nobody who isn't registered here is stored from it.
    PLANS = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    """Where a delivery belongs.

    session: the one that the moment falls into or next to.
    shared: the meeting is the event's and covers all its sessions, so an interval belongs to no single one.
    host: who hosts it in Zoom; None while no organizer is known to own that host.
    """

    event_id: UUID
    session: EventSession
    shared: bool
    host: MeetingHost | None = None

    @property
    def session_id(self) -> UUID | None:
        return None if self.shared else self.session.pk


@dataclass(frozen=True, slots=True)
class NoMeeting:
    """Why a delivery belongs nowhere.

    may_come_later: the meeting's owner has entered the number in an event that isn't published yet.
    """

    reason: str
    may_come_later: bool = False


def find_meeting(*, delivery: ZoomDelivery, moment: datetime, tells: Tells, at: datetime) -> FoundMeeting | NoMeeting:
    """Find the session of a delivery among the events of the organizer who owns the Zoom host that sent it.

    While that isn't proven, the number's holder is asked; while nobody owns the host, names are taken in only if the
    meeting was held while an event of the holder's was on, which makes the host theirs. Drafts, cancelled and deleted
    events, and blank numbers match nothing, and neither does what was told before the number was entered.
    moment: when it happened; decides between several sessions with one number (a recurring meeting).
    Locks: MeetingHost, by its insert or update.
    """
    if not delivery.meeting_id:
        return NoMeeting("The delivery names no meeting.")
    host = find_host(delivery.account_id, delivery.host_id)
    owner_id = _whose(host, delivery.meeting_id)
    told = min(delivery.received_at, delivery.occurred_at)
    # A plan's moment is when the meeting is to begin, or first began, and says nothing of when it was told.
    told = told if tells is Tells.PLANS else min(told, moment)
    candidates = _candidates(delivery.meeting_id, owner_id, told) if owner_id else []
    near = [row for row in candidates if _distance(row.session, moment) <= tells.value]
    if not near:
        return NoMeeting("No event of its organizer has this meeting at that time.")
    found = _choose(near, delivery.meeting_uuid, moment)
    if found is None:
        known = host is not None and host.owner_id == owner_id
        # Kept for its known owner alone: what nobody owns yet isn't put by for whoever publishes first.
        return NoMeeting("The event with this meeting isn't published.", may_come_later=known)
    if host is not None:
        return _with_host(found, host)
    if not (delivery.account_id and delivery.host_id):
        # Zoom names both; a sender that doesn't is believed as far as its number goes, and proves nothing.
        return found
    return _take(found, delivery, moment, tells, at)


def _whose(host: MeetingHost | None, number: str) -> UUID | None:
    """Return the organizer whose events are asked.

    That somebody's meeting ran first proves little: a colleague may share the Zoom account, and a stranger may have
    been quicker. So whoever holds the number has the meeting, and of its people sees those who are registered there.
    """
    if host is not None and is_proven(host):
        return host.owner_id
    return holder_of(number) or (host.owner_id if host is not None else None)


def _take(
    found: FoundMeeting, delivery: ZoomDelivery, moment: datetime, tells: Tells, at: datetime
) -> FoundMeeting | NoMeeting:
    """Make a host that nobody owns the organizer's whose event is on, if it is."""
    session = found.session
    is_on = session.starts_at - RUNS_AROUND <= moment <= session.ends_at + RUNS_AROUND
    if tells is Tells.PLANS or not is_on:
        return found if tells is not Tells.PEOPLE else NoMeeting("No event of this Zoom account's has run yet.")
    owner_id = session.event.owner_id
    ids = {"account_id": delivery.account_id, "host_id": delivery.host_id}
    host = note_run(**ids, owner_id=owner_id, at=at)
    if host.owner_id == owner_id:
        return _with_host(found, host)
    # Somebody else's event was on at the same moment, and was a little faster.
    return find_meeting(delivery=delivery, moment=moment, tells=tells, at=at)


def _with_host(found: FoundMeeting, host: MeetingHost) -> FoundMeeting:
    return FoundMeeting(found.event_id, found.session, found.shared, host)


def _candidates(number: str, owner_id: UUID, told: datetime) -> list[FoundMeeting]:
    """Return an organizer's sessions that meet there by themselves, else those of the events that meet there.

    told: when the delivery was told; a number that was entered later doesn't count.
    """
    entered = Meeting.objects.filter(number=number, claimed_at__lte=told)
    rows = list(entered.values_list("pk", "event_id", "session_id"))
    sessions = _sessions(rows, owner_id) if rows else []
    known = {pk for pk, _, _ in rows}
    own = [row for row in sessions if row.online.pk in known and row.online.session_id == row.pk]
    if own:
        return [FoundMeeting(row.event_id, row, shared=False) for row in own]
    of_event = [row for row in sessions if not row.online.number or row.online.pk in known]
    of_event = [row for row in of_event if row.event.online.pk in known]
    count = Counter(row.event_id for row in of_event)
    return [FoundMeeting(row.event_id, row, shared=count[row.event_id] > 1) for row in of_event]


def _sessions(rows: Sequence[tuple[UUID, UUID | None, UUID | None]], owner_id: UUID) -> list[EventSession]:
    wanted = Q(event_id__in=[event_id for _, event_id, _ in rows if event_id])
    wanted |= Q(pk__in=[session_id for _, _, session_id in rows if session_id])
    return list(
        EventSession.objects.with_meetings()
        .counting()
        .filter(wanted, event__owner_id=owner_id, event__deleted_at__isnull=True)
        .filter(event__status__in=(*_ACTIVE, EventStatus.DRAFT))
        .order_by("starts_at", "id")
    )


def _choose(candidates: list[FoundMeeting], meeting_uuid: str, moment: datetime) -> FoundMeeting | None:
    """Return the published session that the occurrence names or that is nearest in time; None if all are drafts'."""
    active = [row for row in candidates if row.session.event.status in _ACTIVE]
    named = [row for row in active if meeting_uuid and meeting_uuid in _uuids(row.session)]
    return min(named or active, key=lambda row: _rank(row.session, moment), default=None)


def _rank(session: EventSession, moment: datetime) -> tuple[timedelta, bool, UUID]:
    # Of two events of one organizer at one time, the one that is live has the meeting.
    return _distance(session, moment), session.event.status != EventStatus.LIVE, session.pk


def _uuids(session: EventSession) -> set[str]:
    return {session.online.occurrence_id, session.event.online.occurrence_id} - {""}


def _distance(session: EventSession, moment: datetime) -> timedelta:
    """Return how far a moment lies from a session's window; within it, nothing."""
    return max(session.starts_at - moment, moment - session.ends_at, timedelta(0))
