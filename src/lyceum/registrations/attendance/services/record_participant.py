"""Record that somebody came to a meeting or went: the marks, the intervals made of them, and the decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.attendance.rules.connections import DETAILS, connections_of
from lyceum.registrations.attendance.services.add_marks import add_marks
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.find_meeting import FoundMeeting
from lyceum.registrations.attendance.services.interval_rows import Changes, note_connections
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.match_participant import Match, match_participant
from lyceum.registrations.models import AttendanceMark, AttendanceRecord

Kind = AttendanceMark.Kind


def insert_mark(*, meeting: FoundMeeting, meeting_uuid: str, kind: str, moment: datetime) -> None:
    """Keep what a meeting told of itself, once: that it began or ended."""
    mark = _Told(meeting, meeting_uuid).mark("", kind, moment)
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
    """Keep the marks, make the connection's intervals anew from all of them, and decide for whom they concern.

    Locks: Event, EventSession, Attendance.
    Returns: how many new intervals came of it.
    Publishes: AttendanceDecided where the decision changed.
    """
    rules = lock_event_rules(meeting.event_id)
    told = _Told(meeting, meeting_uuid)
    marks = told.related(who)
    keys = {who.key, *(mark.participant_key for mark in marks)} - {""}
    stored = told.intervals(keys)
    match = match_participant(event_id=meeting.event_id, meeting_uuid=meeting_uuid, keys=keys, who=who)
    concerned = {match.registration_id, *(row.registration_id for row in stored)}
    attendance = lock_attendance(meeting.event_id, (one for one in concerned if one is not None))

    fresh = _new_marks(told, marks, who, kind, moment, is_host=bool(host_id) and who.account_id == host_id)
    fresh += _match_mark(told, [*marks, *fresh], who.key, match, at)
    add_marks(fresh)
    changes = Changes()
    note_connections(changes, rules.all_sessions, [*marks, *fresh], stored)
    created = changes.write(at)
    if decide_attendance(rules, attendance, at=at) and rules.final:
        count_attendance(rules)
    return created


@dataclass(frozen=True)
class _Told:
    """What is told of one meeting."""

    meeting: FoundMeeting
    meeting_uuid: str

    def mark(self, key: str, kind: str, moment: datetime) -> AttendanceMark:
        """Return a mark of it, not stored yet."""
        return AttendanceMark(
            event_id=self.meeting.event_id,
            session_id=self.meeting.session_id,
            meeting_uuid=self.meeting_uuid,
            participant_key=key,
            kind=kind,
            moment=moment,
        )

    def marks(self) -> QuerySet[AttendanceMark]:
        return AttendanceMark.objects.filter(event_id=self.meeting.event_id, meeting_uuid=self.meeting_uuid)

    def related(self, who: ZoomParticipant) -> list[AttendanceMark]:
        """Return the marks of a connection and of those that it may be the same as, and the meeting's own ends."""
        same = Q(participant_key=who.key)
        same |= Q(zoom_participant_id=who.uuid) if who.uuid else Q()
        same |= Q(zoom_user_id=who.user_id) if who.user_id else Q()
        named = self.marks().filter(same, kind=Kind.IDENTIFIED)
        keys = {who.key, *named.values_list("participant_key", flat=True)}
        own = self.marks().filter(participant_key__in=keys)
        return list(own.union(self.marks().filter(participant_key="", kind=Kind.MEETING_ENDED), all=True))

    def intervals(self, keys: Collection[str]) -> list[AttendanceRecord]:
        """Return what is stored of these connections."""
        rows = AttendanceRecord.objects.filter(event_id=self.meeting.event_id, meeting_uuid=self.meeting_uuid)
        return list(rows.filter(participant_key__in=keys, source=AttendanceRecord.Source.ZOOM))


def _new_marks(
    told: _Told, known: Sequence[AttendanceMark], who: ZoomParticipant, kind: str, moment: datetime, *, is_host: bool
) -> list[AttendanceMark]:
    """Return what this delivery tells that wasn't told before: that somebody came or went, and who it is."""
    own = [mark for mark in known if mark.participant_key == who.key]
    fresh = []
    if not any((mark.kind, mark.moment) == (kind, moment) for mark in own):
        fresh.append(told.mark(who.key, kind, moment))
    named = told.mark(who.key, Kind.IDENTIFIED, moment)
    named.meeting_host_id = told.meeting.host.pk if told.meeting.host is not None else None
    named.zoom_user_id, named.zoom_participant_id = who.user_id, who.uuid
    named.zoom_registrant_id, named.is_host = who.registrant_id, is_host
    named.participant_email, named.participant_name = who.email, who.name
    said = [mark for mark in sorted(own, key=lambda mark: mark.pk) if mark.kind == Kind.IDENTIFIED]
    before = {name: next((v for m in reversed(said) if (v := getattr(m, name))), None) for name in DETAILS}
    if any(getattr(named, name) and getattr(named, name) != before[name] for name in DETAILS) or not said:
        fresh.append(named)
    return fresh


def _match_mark(
    told: _Told, marks: Sequence[AttendanceMark], key: str, match: Match, at: datetime
) -> list[AttendanceMark]:
    """Return the mark that says whose a connection is, if that is found now; what was said before stands."""
    if match.registration_id is None and not match.set_aside:
        return []
    [connection] = [one for one in connections_of(marks) if any(mark.participant_key == key for mark in one.marks)]
    if any(mark.kind == Kind.MATCHED for mark in connection.marks):
        return []
    mark = told.mark(connection.key, Kind.MATCHED, at)
    mark.registration_id, mark.answer = match.registration_id, match.by_hand
    return [mark]
