"""Write down what a meeting told us, and keep the intervals in step with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from lyceum.events.models import Event, EventSession
from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.attendance.rules.intervals import stretches
from lyceum.registrations.attendance.services.find_meeting import FoundMeeting
from lyceum.registrations.attendance.services.frame import load_frame
from lyceum.registrations.attendance.services.intervals import (
    IDENTITY,
    Changes,
    follow_stretches,
    identify,
    snapshot,
)
from lyceum.registrations.attendance.services.participants import match_participant
from lyceum.registrations.attendance.services.recompute import count_attendance, recompute
from lyceum.registrations.models import AttendanceMark, AttendanceRecord

Kind = AttendanceMark.Kind


def mark_meeting(*, meeting: FoundMeeting, meeting_uuid: str, kind: str, moment: datetime) -> None:
    """Note that a meeting began or ended."""
    _insert(meeting, meeting_uuid, "", kind, moment)


def lock_event(event_id: UUID) -> None:
    """Take an event before writing anything below it, so that its deliveries come one after the other.

    Locks: Event, shared with rows that merely refer to it.
    """
    Event.all_objects.select_for_update(of=("self",), no_key=True).filter(pk=event_id).first()


@transaction.atomic
def mark_participant(
    *,
    meeting: FoundMeeting,
    meeting_uuid: str,
    host_id: str,
    who: ZoomParticipant,
    kind: str,
    moment: datetime,
    at: datetime,
) -> int:
    """Note that somebody came or went, and bring their intervals and their decision in step.

    Locks: Event, Registration.
    Returns: how many new intervals came of it.
    Publishes: AttendanceDecided where the decision changed.
    """
    lock_event(meeting.event_id)
    key = _settle_key(meeting, meeting_uuid, who)
    _insert(meeting, meeting_uuid, key, kind, moment)
    match = match_participant(event_id=meeting.event_id, meeting_uuid=meeting_uuid, key=key, who=who)
    records = _records(meeting.event_id, meeting_uuid, key)
    kept = {row.pk: snapshot(row) for row in records}
    marks = _marks(meeting.event_id, meeting_uuid, key)
    settled = meeting.session.settled_at is not None
    scheduled = meeting.session.event.ends_at if meeting.shared else meeting.session.ends_at
    ends = _with_scheduled(_ends(meeting.event_id, meeting_uuid), marks, scheduled if settled else None)
    rows = follow_stretches(records, stretches(marks, ends=ends), lambda: _new_record(meeting, meeting_uuid, key))
    identify(rows, who, match, is_host=bool(host_id) and who.account_id == host_id, at=at)
    changes = Changes()
    changes.note(rows, kept, records)
    created = changes.write(at)
    _decide_again(meeting.event_id, {row.registration_id for row in rows if row.registration_id}, at)
    return created


def _decide_again(event_id: UUID, registration_ids: set[UUID], at: datetime) -> None:
    if registration_ids:
        frame = load_frame(event_id)
        if recompute(frame, sorted(registration_ids), at=at) and frame.final:
            count_attendance(frame)


@transaction.atomic
def rebuild_intervals(event_id: UUID, *, at: datetime, closing: Collection[UUID] = ()) -> None:
    """Make every Zoom interval of an event anew from the marks, from scratch.

    closing: sessions that are over: stays there whose end nobody told end as scheduled.
    Locks: Event.
    """
    lock_event(event_id)
    changes = Changes()
    sessions = {session.pk: session for session in EventSession.objects.filter(event_id=event_id)}
    marks: dict[tuple[str, str], list[AttendanceMark]] = defaultdict(list)
    for mark in AttendanceMark.objects.filter(event_id=event_id):
        marks[mark.meeting_uuid, mark.participant_key].append(mark)
    records: dict[tuple[str, str], list[AttendanceRecord]] = defaultdict(list)
    for record in AttendanceRecord.objects.filter(event_id=event_id, source=AttendanceRecord.Source.ZOOM):
        records[record.meeting_uuid, record.participant_key].append(record)
    over = {pk for pk, row in sessions.items() if pk in closing or row.settled_at or row.cancelled_at}
    for (meeting_uuid, key), own in marks.items():
        if not key:
            continue
        scheduled = _scheduled_end(own[0].session_id, sessions, over)
        told = sorted(m.moment for m in marks.get((meeting_uuid, ""), ()) if m.kind == Kind.MEETING_ENDED)
        moments = [(mark.kind, mark.moment) for mark in own]
        stored = records[meeting_uuid, key]
        kept = {row.pk: snapshot(row) for row in stored}
        found = stretches(moments, ends=_with_scheduled(told, moments, scheduled))
        changes.note(follow_stretches(stored, found, partial(_alike, stored, own[0])), kept, stored)
    changes.write(at)


def _scheduled_end(
    session_id: UUID | None, sessions: Mapping[UUID, EventSession], over: Collection[UUID]
) -> datetime | None:
    """Return when the session of a meeting was to end, if it is over; a shared meeting is over with the last one."""
    if session_id is not None:
        return sessions[session_id].ends_at if session_id in over else None
    return max(row.ends_at for row in sessions.values()) if sessions and len(over) == len(sessions) else None


def _with_scheduled(
    told: Sequence[datetime], marks: Sequence[tuple[str, datetime]], scheduled: datetime | None
) -> list[datetime]:
    """Return the ends that were told, and behind them all the scheduled one, if any."""
    if scheduled is None:
        return list(told)
    return [*told, max(scheduled, *told, *(moment for _, moment in marks))]


def _alike(stored: Sequence[AttendanceRecord], mark: AttendanceMark) -> AttendanceRecord:
    """Return a new row for one more stay of a connection that is known."""
    row = AttendanceRecord(
        event_id=mark.event_id,
        session_id=mark.session_id,
        meeting_uuid=mark.meeting_uuid,
        participant_key=mark.participant_key,
    )
    for name in IDENTITY if stored else ():
        setattr(row, name, getattr(stored[0], name))
    return row


def _insert(meeting: FoundMeeting, meeting_uuid: str, key: str, kind: str, moment: datetime) -> None:
    mark = AttendanceMark(
        event_id=meeting.event_id,
        session_id=meeting.session_id,
        meeting_uuid=meeting_uuid,
        participant_key=key,
        kind=kind,
        moment=moment,
    )
    AttendanceMark.objects.bulk_create([mark], ignore_conflicts=True)


def _settle_key(meeting: FoundMeeting, meeting_uuid: str, who: ZoomParticipant) -> str:
    """Return the connection's key; deliveries that name it by only one of its two ids come together."""
    if who.uuid and who.user_id:
        for part in (f"p:{who.uuid}", f"u:{who.user_id}"):
            _rename(meeting, meeting_uuid, part, who.key)
        return who.key
    here = AttendanceRecord.objects.filter(event_id=meeting.event_id, meeting_uuid=meeting_uuid)
    if who.uuid:
        known = here.filter(zoom_participant_id=who.uuid).exclude(zoom_user_id="")
    elif who.user_id:
        known = here.filter(zoom_user_id=who.user_id).exclude(zoom_participant_id="")
    else:
        return who.key
    return known.order_by("-joined_at", "pk").values_list("participant_key", flat=True).first() or who.key


def _rename(meeting: FoundMeeting, meeting_uuid: str, old: str, new: str) -> None:
    marks = AttendanceMark.objects.filter(event_id=meeting.event_id, meeting_uuid=meeting_uuid)
    if not marks.filter(participant_key=old).exists():
        return
    known = set(marks.filter(participant_key=new).values_list("kind", "moment"))
    doubled = [row.pk for row in marks.filter(participant_key=old) if (row.kind, row.moment) in known]
    marks.filter(pk__in=doubled).delete()
    marks.filter(participant_key=old).update(participant_key=new)
    # The intervals of both are made anew from the joined marks.
    records = AttendanceRecord.objects.filter(event_id=meeting.event_id, meeting_uuid=meeting_uuid)
    taken = records.filter(participant_key=new).values_list("joined_at", flat=True)
    records.filter(participant_key=old, joined_at__in=list(taken)).delete()
    records.filter(participant_key=old).update(participant_key=new)


def _records(event_id: UUID, meeting_uuid: str, key: str) -> list[AttendanceRecord]:
    return list(
        AttendanceRecord.objects.filter(
            event_id=event_id, meeting_uuid=meeting_uuid, participant_key=key, source=AttendanceRecord.Source.ZOOM
        )
    )


def _marks(event_id: UUID, meeting_uuid: str, key: str) -> list[tuple[str, datetime]]:
    rows = AttendanceMark.objects.filter(event_id=event_id, meeting_uuid=meeting_uuid, participant_key=key)
    return list(rows.values_list("kind", "moment"))


def _ends(event_id: UUID, meeting_uuid: str) -> list[datetime]:
    rows = AttendanceMark.objects.filter(
        event_id=event_id, meeting_uuid=meeting_uuid, participant_key="", kind=Kind.MEETING_ENDED
    )
    return sorted(rows.values_list("moment", flat=True))


def _new_record(meeting: FoundMeeting, meeting_uuid: str, key: str) -> AttendanceRecord:
    return AttendanceRecord(
        event_id=meeting.event_id, session_id=meeting.session_id, meeting_uuid=meeting_uuid, participant_key=key
    )
