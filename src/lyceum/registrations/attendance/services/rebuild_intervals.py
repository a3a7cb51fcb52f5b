"""Make every interval of an event anew from the marks, from scratch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.registrations.attendance.rules.connections import match_columns
from lyceum.registrations.attendance.rules.person_marks import Stay, stays
from lyceum.registrations.attendance.services.interval_rows import Changes, note_connections, snapshot
from lyceum.registrations.attendance.services.locking import lock_event_rules, lock_known_attendance
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, Registration

Kind = AttendanceMark.Kind
_OF_CONNECTIONS = (*AttendanceMark.OF_MEETINGS, Kind.IDENTIFIED, Kind.MATCHED)
_OF_CHECK_INS = (Kind.CHECKED_IN, Kind.CHECKED_OUT, Kind.CHECK_IN_WITHDRAWN)


@transaction.atomic
def rebuild_intervals(event_id: UUID, *, at: datetime, closing: Collection[UUID] = ()) -> None:
    """Make every interval of an event anew from the marks, which are never rewritten themselves.

    Locks: Event, EventSession, Attendance, AttendanceRecord.
    closing: sessions that are over: intervals there whose end nobody told end with them.
    """
    sessions = lock_event_rules(event_id).all_sessions
    # Whoever decides after this, in the same transaction, needs these rows, which come before the intervals.
    lock_known_attendance(event_id)
    told = AttendanceMark.objects.filter(event_id=event_id, kind__in=_OF_CONNECTIONS)
    marks = _by("meeting_uuid", told)
    zoom = AttendanceRecord.objects.filter(event_id=event_id, source=AttendanceRecord.Source.ZOOM)
    stored = _by("meeting_uuid", zoom)
    changes = Changes()
    for meeting_uuid, own in marks.items():
        note_connections(changes, sessions, own, stored[meeting_uuid], closing=closing)
    changes.write(at)
    rebuild_check_ins(event_id, at=at)


def rebuild_check_ins(event_id: UUID, *, at: datetime, registration_id: UUID | None = None) -> None:
    """Make the intervals of check-ins anew, of one registration or of everybody at a locked event."""
    told = AttendanceMark.objects.filter(event_id=event_id, kind__in=_OF_CHECK_INS)
    rows = AttendanceRecord.objects.filter(event_id=event_id, source=AttendanceRecord.Source.CHECK_IN)
    matched = AttendanceMark.objects.filter(event_id=event_id, kind=Kind.MATCHED, participant_key__startswith="c:")
    if registration_id is not None:
        told = told.filter(registration=registration_id)
        rows = rows.filter(participant_key__startswith=check_in_key(registration_id, None))
    marks = _by("registration_id", told.order_by("pk"))
    people = Registration.all_objects.in_bulk(marks)
    said = {mark.participant_key: mark for mark in matched.order_by("pk")}
    stored: dict[UUID, list[AttendanceRecord]] = defaultdict(list)
    for row in rows:
        stored[_whose(row)].append(row)
    changes = Changes()
    for registration_id, own in marks.items():
        known = {(row.participant_key, row.joined_at): row for row in stored[registration_id]}
        before = {row.pk: snapshot(row) for row in stored[registration_id]}
        found = [_interval(people[registration_id], stay, known, said) for stay in stays(own)]
        changes.note(found, before, stored[registration_id])
    changes.write(at)


def check_in_key(registration_id: UUID, session_id: UUID | None) -> str:
    """Return what names the intervals of a check-in, as a connection's key names those of a device."""
    return f"c:{registration_id}" + (f"|{session_id}" if session_id else "")


def _whose(row: AttendanceRecord) -> UUID:
    return UUID(row.participant_key.removeprefix("c:").partition("|")[0])


def _interval(
    person: Registration,
    stay: Stay,
    known: dict[tuple[str, datetime | None], AttendanceRecord],
    said: dict[str, AttendanceMark],
) -> AttendanceRecord:
    key = check_in_key(person.pk, stay.session_id)
    row = known.get((key, stay.since)) or AttendanceRecord(
        event_id=person.event_id,
        source=AttendanceRecord.Source.CHECK_IN,
        participant_key=key,
        participant_email=person.email,
        participant_name=person.full_name,
        joined_at=stay.since,
    )
    own = {"registration_id": person.pk, "matched_at": stay.since}
    who = match_columns(said[key]) if key in said else match_columns(None) | own
    for name, value in {**who, "session_id": stay.session_id, "left_at": stay.until}.items():
        setattr(row, name, value)
    return row


def _by(name: str, rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
