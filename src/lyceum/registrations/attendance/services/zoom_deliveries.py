"""What the registrations app does with Zoom's deliveries. Each can be done twice, and in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from lyceum.core.actors import Actor
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.services.meetings import note_meeting_error
from lyceum.events.services.session_lifecycle import start_session
from lyceum.integrations.inbound.ports import Outcome
from lyceum.integrations.zoom.payload import ZoomDelivery
from lyceum.registrations.attendance.rules.intervals import over_at
from lyceum.registrations.attendance.services.find_meeting import FoundMeeting, NoMeeting, find_meeting
from lyceum.registrations.attendance.services.marks import mark_meeting, mark_participant
from lyceum.registrations.models import AttendanceMark, Registration

Kind = AttendanceMark.Kind
MEETING_GONE = "The Zoom meeting was deleted in Zoom. Enter another meeting, so that people can join."


def handle_started(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting began: its session goes live, and a settling delay that a break had started is off (A92)."""
    began = delivery.occurred_at
    meeting = _find(delivery, began)
    if isinstance(meeting, Outcome):
        return meeting
    event, session = _lock(meeting)
    mark_meeting(meeting=meeting, meeting_uuid=delivery.meeting_uuid, kind=Kind.MEETING_STARTED, moment=began)
    if session.status == SessionStatus.SCHEDULED and event.status in (EventStatus.PUBLISHED, EventStatus.LIVE):
        start_session(session_id=session.pk, actor=Actor.system(), at=at, started_at=began)
    _follow_meeting(meeting, at)
    return Outcome(event_id=meeting.event_id)


def handle_ended(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A room is empty: the settling delay begins. Nothing is decided or issued by this (A92)."""
    ended = delivery.ended_at or delivery.occurred_at
    meeting = _find(delivery, ended)
    if isinstance(meeting, Outcome):
        return meeting
    _lock(meeting)
    mark_meeting(meeting=meeting, meeting_uuid=delivery.meeting_uuid, kind=Kind.MEETING_ENDED, moment=ended)
    _follow_meeting(meeting, at)
    return Outcome(event_id=meeting.event_id)


def handle_participant(kind: str, delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Somebody came or went."""
    who = delivery.participant
    if who is None or not who.key:
        return Outcome(skipped="The delivery names no participant.")
    if who.moment is None:
        return Outcome(skipped="The delivery gives no time.")
    meeting = _find(delivery, who.moment)
    if isinstance(meeting, Outcome):
        return meeting
    created = mark_participant(
        meeting=meeting,
        meeting_uuid=delivery.meeting_uuid,
        host_id=delivery.host_id,
        who=who,
        kind=kind,
        moment=who.moment,
        at=at,
    )
    return Outcome(event_id=meeting.event_id, records=created)


def handle_waiting(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Somebody waits at the door, which is not attending."""
    return Outcome(skipped="Waiting is not attending.")


def handle_registered(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Zoom gave somebody a personal link: remember its registrant, the surest match there is."""
    return _registrant(delivery, keep=True)


def handle_unregistered(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Zoom took a personal link back."""
    return _registrant(delivery, keep=False)


def handle_updated(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting was changed in Zoom. The times published here decide, so this is only noted."""
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at)
    return meeting if isinstance(meeting, Outcome) else Outcome(event_id=meeting.event_id)


def handle_deleted(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting was deleted in Zoom: its organizer sees it on the event, if it is still to come."""
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at)
    if isinstance(meeting, Outcome):
        return meeting
    ahead = Event.objects.filter(pk=meeting.event_id, status__in=[EventStatus.PUBLISHED, EventStatus.LIVE])
    if ahead.exists():
        note_meeting_error(event_id=meeting.event_id, error=MEETING_GONE)
    return Outcome(event_id=meeting.event_id)


def _find(delivery: ZoomDelivery, moment: datetime) -> FoundMeeting | Outcome:
    found = find_meeting(meeting_id=delivery.meeting_id, meeting_uuid=delivery.meeting_uuid, moment=moment)
    if isinstance(found, NoMeeting):
        return Outcome(skipped=found.reason, may_come_later=found.may_come_later)
    return found


def _lock(meeting: FoundMeeting) -> tuple[Event, EventSession]:
    """Take the event before anything refers to it, so that two of its deliveries can't block each other for ever.

    Locks: Event, EventSession.
    """
    event: Event = Event.all_objects.select_for_update(of=("self",)).get(pk=meeting.event_id)
    return event, EventSession.objects.select_for_update(of=("self",)).get(pk=meeting.session.pk)


def _follow_meeting(meeting: FoundMeeting, at: datetime) -> None:
    """Set or lift the delay of the session by the last of all its starts and ends, in whatever order they came.

    Locks: EventSession, below the event that the caller has locked.
    """
    marks = AttendanceMark.objects.filter(event_id=meeting.event_id, participant_key="", session=meeting.session_id)
    over = over_at(marks.values_list("kind", "moment"))
    sessions = EventSession.objects.with_meetings().select_for_update(of=("self",)).filter(event_id=meeting.event_id)
    for session in sessions.exclude(status=SessionStatus.CANCELLED).order_by("pk"):
        concerned = not session.online.number if meeting.shared else session.pk == meeting.session.pk
        if concerned and over is None:
            _lift_delay(session)
        elif concerned and over is not None:
            _set_delay(session, over, at)


def _lift_delay(session: EventSession) -> None:
    """The meeting goes on. What has settled stays so; its late arrivals are counted as they come."""
    if session.settle_at is None:
        return
    session.settle_at = None
    if session.settled_at is None:
        session.actual_ended_at = None
    session.save(update_fields=["settle_at", "actual_ended_at", "updated_at"])


def _set_delay(session: EventSession, over: datetime, at: datetime) -> None:
    # A rehearsal that ended before the session's time ends nothing.
    if over <= session.starts_at:
        _lift_delay(session)
        return
    if session.actual_ended_at == over and (session.settle_at or session.settled_at):
        return
    # An end can't lie ahead, whatever the sender's clock says.
    session.settle_at = min(over, at) + timedelta(minutes=settings.ATTENDANCE_SETTLE_MINUTES)
    session.actual_ended_at = over
    session.save(update_fields=["settle_at", "actual_ended_at", "updated_at"])


def _registrant(delivery: ZoomDelivery, *, keep: bool) -> Outcome:
    who = delivery.registrant
    if who is None or not who.id:
        return Outcome(skipped="The delivery names no registrant.")
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at)
    if isinstance(meeting, Outcome):
        return meeting
    rows = Registration.objects.filter(event_id=meeting.event_id)
    if keep and who.email:
        rows.filter(email=who.email).update(zoom_registrant_id=who.id)
    elif not keep:
        rows.filter(zoom_registrant_id=who.id).update(zoom_registrant_id="")
    return Outcome(event_id=meeting.event_id)


_PARTICIPANT: dict[str, str] = {
    "participant_joined": Kind.JOINED,
    "participant_jbh_joined": Kind.JOINED,
    "participant_left": Kind.LEFT,
    "participant_jbh_left": Kind.LEFT,
    "participant_put_in_waiting_room": Kind.PUT_IN_WAITING_ROOM,
    "participant_admitted": Kind.ADMITTED,
}
_OTHERS: dict[str, Callable[..., Outcome]] = {
    "started": handle_started,
    "ended": handle_ended,
    "updated": handle_updated,
    "deleted": handle_deleted,
    "participant_joined_waiting_room": handle_waiting,
    "participant_left_waiting_room": handle_waiting,
    "participant_jbh_waiting": handle_waiting,
    "participant_jbh_waiting_left": handle_waiting,
    "registration_created": handle_registered,
    "registration_approved": handle_registered,
    "registration_cancelled": handle_unregistered,
    "registration_denied": handle_unregistered,
}
HANDLERS: dict[str, Callable[..., Outcome]] = {
    **{name: partial(handle_participant, kind) for name, kind in _PARTICIPANT.items()},
    **_OTHERS,
}
