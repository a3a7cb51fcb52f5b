"""Make every Zoom interval of an event anew from the marks, from scratch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.events.models import EventSession
from lyceum.registrations.attendance.rules.intervals import intervals_from_marks
from lyceum.registrations.attendance.services.interval_rows import IDENTITY, Changes, rows_of_intervals, snapshot
from lyceum.registrations.attendance.services.locking import lock_event_rules
from lyceum.registrations.attendance.services.record_participant import with_scheduled_end
from lyceum.registrations.models import AttendanceMark, AttendanceRecord

Kind = AttendanceMark.Kind


@transaction.atomic
def rebuild_intervals(event_id: UUID, *, at: datetime, closing: Collection[UUID] = ()) -> None:
    """Make every Zoom interval of an event anew from the marks, which are never rewritten themselves.

    Locks: Event, EventSession.
    closing: sessions that are over: intervals there whose end nobody told end as scheduled.
    """
    sessions = lock_event_rules(event_id).all_sessions
    over = {row.pk for row in sessions if row.pk in closing or row.settled_at or row.cancelled_at}
    marks = _by_connection(AttendanceMark.objects.filter(event_id=event_id))
    stored = _by_connection(AttendanceRecord.objects.filter(event_id=event_id, source=AttendanceRecord.Source.ZOOM))
    changes = Changes()
    for (meeting_uuid, key), own in marks.items():
        if key:
            told = sorted(m.moment for m in marks.get((meeting_uuid, ""), ()) if m.kind == Kind.MEETING_ENDED)
            scheduled = _scheduled_end(own[0].session_id, sessions, over)
            _rebuild(own, stored[meeting_uuid, key], told, scheduled, changes)
    changes.write(at)


def _rebuild(
    marks: Sequence[AttendanceMark],
    stored: Sequence[AttendanceRecord],
    told: Sequence[datetime],
    scheduled: datetime | None,
    changes: Changes,
) -> None:
    """Note what has to change in one connection's intervals."""
    moments = [(mark.kind, mark.moment) for mark in marks]
    before = {row.pk: snapshot(row) for row in stored}
    found = intervals_from_marks(moments, ends=with_scheduled_end(told, moments, scheduled))
    changes.note(rows_of_intervals(stored, found, partial(_new_interval, stored, marks[0])), before, stored)


def _scheduled_end(
    session_id: UUID | None, sessions: Sequence[EventSession], over: Collection[UUID]
) -> datetime | None:
    """Return when the session of a meeting was to end, if it is over; a shared meeting is over with the last one."""
    if session_id is not None:
        return next(row.ends_at for row in sessions if row.pk == session_id) if session_id in over else None
    return max(row.ends_at for row in sessions) if sessions and len(over) == len(sessions) else None


def _new_interval(stored: Sequence[AttendanceRecord], mark: AttendanceMark) -> AttendanceRecord:
    """Return a row for one more interval of a connection, which carries the same identity as the others."""
    row = AttendanceRecord(
        event_id=mark.event_id,
        session_id=mark.session_id,
        meeting_uuid=mark.meeting_uuid,
        participant_key=mark.participant_key,
    )
    for name in IDENTITY if stored else ():
        setattr(row, name, getattr(stored[0], name))
    return row


def _by_connection(rows: Iterable[Any]) -> dict[tuple[str, str], list[Any]]:
    """Group marks or intervals by meeting and connection."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.meeting_uuid, row.participant_key].append(row)
    return found
