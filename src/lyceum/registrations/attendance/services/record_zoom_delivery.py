"""Record what Zoom's deliveries tell about meetings and people. Each can be done twice, and in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from lyceum.core.actors import Actor
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.services.meeting_hosts import (
    bind_number,
    find_host,
    note_not_theirs,
    note_proof,
    proof_note_is_due,
    prove_by_address,
)
from lyceum.events.services.meetings import note_meeting_error, note_rehearsal
from lyceum.events.services.session_lifecycle import start_session
from lyceum.events.services.settling import settles_at
from lyceum.integrations.inbound.ports import Outcome
from lyceum.integrations.zoom.rules.payload import ZoomDelivery
from lyceum.registrations.attendance.rules.intervals import meeting_over_at
from lyceum.registrations.attendance.rules.rehearsal import is_rehearsal
from lyceum.registrations.attendance.services.add_marks import add_marks, say_of
from lyceum.registrations.attendance.services.find_meeting import FoundMeeting, NoMeeting, Tells, find_meeting
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.record_participant import insert_mark, record_participant
from lyceum.registrations.models import AttendanceMark, Registration

Kind = AttendanceMark.Kind
MEETING_GONE = "The Zoom meeting was deleted in Zoom. Enter another meeting, so that people can join."


def handle_started(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting began: its session goes live, and a settling delay that a break had started is off.

    Long before its session it is a rehearsal, which is noted for the organizer and changes nothing else.
    """
    began = delivery.occurred_at
    meeting = _find(delivery, began, Tells.RUNNING, at)
    if isinstance(meeting, Outcome):
        return meeting
    rules = lock_event_rules(meeting.event_id, no_key=False)
    insert_mark(meeting=meeting, meeting_uuid=delivery.meeting_uuid, kind=Kind.MEETING_STARTED, moment=began)
    if is_rehearsal(began, starts_at=meeting.session.starts_at):
        note_rehearsal(meeting.session, began=began, at=at)
        return Outcome(about_id=meeting.event_id)
    scheduled = {session.pk for session in rules.sessions if session.status == SessionStatus.SCHEDULED}
    if meeting.session.pk in scheduled and rules.event.status in (EventStatus.PUBLISHED, EventStatus.LIVE):
        start_session(session_id=meeting.session.pk, actor=Actor.system(), at=at, started_at=began)
    _follow_meeting(meeting, at)
    return Outcome(about_id=meeting.event_id)


def handle_ended(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A room is empty: the settling delay begins. Nothing is decided or issued by this."""
    ended = delivery.ended_at or delivery.occurred_at
    meeting = _find(delivery, ended, Tells.RUNNING, at)
    if isinstance(meeting, Outcome):
        return meeting
    lock_event_rules(meeting.event_id, no_key=False)
    insert_mark(meeting=meeting, meeting_uuid=delivery.meeting_uuid, kind=Kind.MEETING_ENDED, moment=ended)
    _follow_meeting(meeting, at)
    return Outcome(about_id=meeting.event_id)


def handle_participant(kind: str, delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Somebody came or went."""
    who = delivery.participant
    if who is None or not who.key:
        return Outcome(skipped="The delivery names no participant.")
    if who.moment is None:
        return Outcome(skipped="The delivery gives no time.")
    meeting = _find(delivery, who.moment, Tells.PEOPLE, at)
    if isinstance(meeting, Outcome):
        return meeting
    created = record_participant(
        meeting=meeting,
        meeting_uuid=delivery.meeting_uuid,
        host_id=delivery.host_id,
        who=who,
        kind=kind,
        moment=who.moment,
        at=at,
    )
    return Outcome(about_id=meeting.event_id, records=created)


def handle_waiting(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Somebody is in the waiting room, which is not attending."""
    return Outcome(skipped="Waiting is not attending.")


def handle_registered(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Zoom gave somebody a personal link: remember its registrant, the surest match there is."""
    return _registrant(delivery, at, keep=True)


def handle_unregistered(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Zoom took a personal link back."""
    return _registrant(delivery, at, keep=False)


def handle_updated(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting was changed in Zoom. The times published here decide, so this is only noted."""
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at, Tells.PLANS, at)
    return meeting if isinstance(meeting, Outcome) else Outcome(about_id=meeting.event_id)


def handle_deleted(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """A meeting was deleted in Zoom: its organizer sees it on the event, if it is still to come."""
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at, Tells.PLANS, at)
    if isinstance(meeting, Outcome):
        return meeting
    ahead = Event.objects.filter(pk=meeting.event_id, status__in=[EventStatus.PUBLISHED, EventStatus.LIVE])
    if ahead.exists():
        note_meeting_error(event_id=meeting.event_id, error=MEETING_GONE)
    return Outcome(about_id=meeting.event_id)


def _find(delivery: ZoomDelivery, moment: datetime, tells: Tells, at: datetime) -> FoundMeeting | Outcome:
    found = find_meeting(delivery=delivery, moment=moment, tells=tells, at=at)
    if isinstance(found, NoMeeting):
        return Outcome(skipped=found.reason, may_come_later=found.may_come_later)
    event = found.session.event
    if found.host is not None and proof_note_is_due(event, found.host):
        # Before the meeting's note stand the event and its sessions, which every handler locks next.
        lock_event_rules(found.event_id, no_key=False)
        note_proof(event, found.host)
    return found


def _follow_meeting(meeting: FoundMeeting, at: datetime) -> None:
    """Set or lift the delay of the session by the last of all its starts and ends, in whatever order they came.

    The caller has locked the event and its sessions.
    """
    marks = AttendanceMark.objects.filter(event_id=meeting.event_id, participant_key="", session=meeting.session_id)
    over = meeting_over_at(marks.values_list("kind", "moment"))
    sessions = (
        EventSession.objects.with_meetings().filter(event_id=meeting.event_id).exclude(status=SessionStatus.CANCELLED)
    )
    for session in sessions.order_by("pk"):
        concerned = not session.online.number if meeting.shared else session.pk == meeting.session.pk
        # What the organizer has ended settles by that, however the meeting goes on.
        concerned = concerned and session.ended_by_hand_at is None
        if concerned and over is None:
            _lift_delay(session)
        elif concerned and over is not None:
            _set_delay(session, over, at)


def _lift_delay(session: EventSession) -> None:
    """Take a session off the list of those to settle, because its meeting goes on.

    What has settled stays so; its late arrivals are counted as they come.
    """
    if session.settle_at is None:
        return
    session.settle_at = None
    if session.settled_at is None:
        session.actual_ended_at = None
    session.save(update_fields=["settle_at", "actual_ended_at", "updated_at"])


def _set_delay(session: EventSession, over: datetime, at: datetime) -> None:
    """Have a session settle once the delay behind the meeting's end is over."""
    # A rehearsal that ended before the session's time ends nothing.
    if over <= session.starts_at:
        _lift_delay(session)
        return
    if session.actual_ended_at == over and (session.settle_at or session.settled_at):
        return
    # An end can't lie ahead, whatever the sender's clock says.
    session.settle_at = settles_at(min(over, at))
    session.actual_ended_at = over
    session.save(update_fields=["settle_at", "actual_ended_at", "updated_at"])


def _registrant(delivery: ZoomDelivery, at: datetime, *, keep: bool) -> Outcome:
    who = delivery.registrant
    if who is None or not who.id:
        return Outcome(skipped="The delivery names no registrant.")
    meeting = _find(delivery, delivery.started_at or delivery.occurred_at, Tells.PLANS, at)
    if isinstance(meeting, Outcome):
        return meeting
    lock_event_rules(meeting.event_id)
    of_event = Registration.objects.filter(event_id=meeting.event_id)
    if keep:
        named = of_event.filter(email=who.email) if who.email else of_event.none()
    else:
        named = of_event.filter(attendance__event=meeting.event_id, attendance__zoom_registrant_id=who.id)
    said = {"zoom_registrant_id": who.id if keep else ""}
    for row in lock_attendance(meeting.event_id, named.values_list("pk", flat=True)):
        add_marks([say_of(row, Kind.REGISTRANT, actor=Actor.system(), at=at, **said)])
        row.save(update_fields=["zoom_registrant_id", "updated_at"])
    return Outcome(about_id=meeting.event_id)


def _handle_for_owner(handler: Callable[..., Outcome], delivery: ZoomDelivery, *, at: datetime) -> Outcome:
    """Note what a delivery shows of whose the host and the number are, then handle it.

    Locks: MeetingHost, MeetingNumber, then as the handler does, and Meeting last.
    """
    who = delivery.participant
    whose = {"account_id": delivery.account_id, "host_id": delivery.host_id}
    is_host = all(whose.values()) and who is not None and who.account_id == delivery.host_id
    moved = is_host and who is not None and bool(who.email) and prove_by_address(**whose, email=who.email, at=at)
    host = find_host(**whose)
    not_theirs = bind_number(host=host, number=delivery.meeting_id, moved=moved, at=at) if host is not None else []
    outcome = handler(delivery, at=at)
    note_not_theirs(not_theirs)
    return outcome


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
_EVERY: dict[str, Callable[..., Outcome]] = {
    **{name: partial(handle_participant, kind) for name, kind in _PARTICIPANT.items()},
    **_OTHERS,
}
HANDLERS: dict[str, Callable[..., Outcome]] = {
    name: partial(_handle_for_owner, handler) for name, handler in _EVERY.items()
}
