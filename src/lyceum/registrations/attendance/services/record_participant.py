"""Record that somebody came to a meeting or went: the mark, the intervals made of the marks, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.attendance.rules.intervals import intervals_from_marks
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.find_meeting import FoundMeeting
from lyceum.registrations.attendance.services.interval_rows import Changes, identify, rows_of_intervals, snapshot
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.match_participant import match_participant
from lyceum.registrations.models import AttendanceMark, AttendanceRecord

Kind = AttendanceMark.Kind


def insert_mark(*, meeting: FoundMeeting, meeting_uuid: str, kind: str, moment: datetime, key: str = "") -> None:
    """Keep what a meeting told, once: that it began or ended, or, with the key of a connection, who came or went."""
    mark = AttendanceMark(
        event_id=meeting.event_id,
        session_id=meeting.session_id,
        meeting_uuid=meeting_uuid,
        participant_key=key,
        kind=kind,
        moment=moment,
    )
    AttendanceMark.objects.bulk_create([mark], ignore_conflicts=True)


@transaction.atomic
def record_participant(
    *,
    meeting: FoundMeeting,
    meeting_uuid: str,
    host_id: str,
    who: ZoomParticipant,
    kind: str,
    moment: datetime,
    at: datetime,
) -> int:
    """Keep the mark, make the connection's intervals anew from all its marks, and decide for whom they concern.

    Locks: Event, EventSession, Attendance.
    Returns: how many new intervals came of it.
    Publishes: AttendanceDecided where the decision changed.
    """
    rules = lock_event_rules(meeting.event_id)
    connection = _Connection(meeting, meeting_uuid, _join_keys(meeting, meeting_uuid, who))
    insert_mark(meeting=meeting, meeting_uuid=meeting_uuid, kind=kind, moment=moment, key=connection.key)
    match = match_participant(event_id=meeting.event_id, meeting_uuid=meeting_uuid, key=connection.key, who=who)
    stored = list(connection.intervals())
    concerned = {match.registration_id, *(row.registration_id for row in stored)} - {None}
    attendance = lock_attendance(meeting.event_id, (one for one in concerned if one is not None))

    before = {row.pk: snapshot(row) for row in stored}
    marks = connection.marks()
    found = intervals_from_marks(marks, ends=connection.ends(marks))
    rows = rows_of_intervals(stored, found, connection.new_interval)
    identify(rows, who, match, is_host=bool(host_id) and who.account_id == host_id, at=at)
    changes = Changes()
    changes.note(rows, before, stored)
    created = changes.write(at)
    if decide_attendance(rules, attendance, at=at) and rules.final:
        count_attendance(rules)
    return created


@dataclass(frozen=True)
class _Connection:
    """One device in one meeting, and what is stored of it."""

    meeting: FoundMeeting
    meeting_uuid: str
    key: str

    def intervals(self) -> QuerySet[AttendanceRecord]:
        return AttendanceRecord.objects.filter(
            event_id=self.meeting.event_id,
            meeting_uuid=self.meeting_uuid,
            participant_key=self.key,
            source=AttendanceRecord.Source.ZOOM,
        )

    def new_interval(self) -> AttendanceRecord:
        return AttendanceRecord(
            event_id=self.meeting.event_id,
            session_id=self.meeting.session_id,
            meeting_uuid=self.meeting_uuid,
            participant_key=self.key,
        )

    def marks(self) -> list[tuple[str, datetime]]:
        rows = _marks_of_meeting(self.meeting.event_id, self.meeting_uuid).filter(participant_key=self.key)
        return list(rows.values_list("kind", "moment"))

    def ends(self, marks: Sequence[tuple[str, datetime]]) -> list[datetime]:
        """Return when the meeting was over, sorted: as it told, and as scheduled once its session has settled."""
        rows = _marks_of_meeting(self.meeting.event_id, self.meeting_uuid).filter(participant_key="")
        told = sorted(rows.filter(kind=Kind.MEETING_ENDED).values_list("moment", flat=True))
        session = self.meeting.session
        if session.settled_at is None:
            return told
        return with_scheduled_end(told, marks, session.event.ends_at if self.meeting.shared else session.ends_at)


def with_scheduled_end(
    told: Sequence[datetime], marks: Sequence[tuple[str, datetime]], scheduled: datetime | None
) -> list[datetime]:
    """Return the ends that were told, and behind them and every mark the scheduled one, if any."""
    if scheduled is None:
        return list(told)
    return [*told, max(scheduled, *told, *(moment for _, moment in marks))]


def _marks_of_meeting(event_id: UUID, meeting_uuid: str) -> QuerySet[AttendanceMark]:
    return AttendanceMark.objects.filter(event_id=event_id, meeting_uuid=meeting_uuid)


def _join_keys(meeting: FoundMeeting, meeting_uuid: str, who: ZoomParticipant) -> str:
    """Return the connection's key; deliveries that name it by only one of its two ids come together under one key."""
    if who.uuid and who.user_id:
        for part in (f"p:{who.uuid}", f"u:{who.user_id}"):
            _rename_key(meeting.event_id, meeting_uuid, part, who.key)
        return who.key
    here = AttendanceRecord.objects.filter(event_id=meeting.event_id, meeting_uuid=meeting_uuid)
    if who.uuid:
        known = here.filter(zoom_participant_id=who.uuid).exclude(zoom_user_id="")
    elif who.user_id:
        known = here.filter(zoom_user_id=who.user_id).exclude(zoom_participant_id="")
    else:
        return who.key
    return known.order_by("-joined_at", "pk").values_list("participant_key", flat=True).first() or who.key


def _rename_key(event_id: UUID, meeting_uuid: str, old: str, new: str) -> None:
    """Put what is stored under one key under another; what both tell stays once."""
    marks = _marks_of_meeting(event_id, meeting_uuid)
    if not marks.filter(participant_key=old).exists():
        return
    known = set(marks.filter(participant_key=new).values_list("kind", "moment"))
    doubled = [row.pk for row in marks.filter(participant_key=old) if (row.kind, row.moment) in known]
    marks.filter(pk__in=doubled).delete()
    marks.filter(participant_key=old).update(participant_key=new)
    # The intervals of both are made anew from the joined marks.
    records = AttendanceRecord.objects.filter(event_id=event_id, meeting_uuid=meeting_uuid)
    taken = records.filter(participant_key=new).values_list("joined_at", flat=True)
    records.filter(participant_key=old, joined_at__in=list(taken)).delete()
    records.filter(participant_key=old).update(participant_key=new)
