"""Keep the stored intervals (`AttendanceRecord`) equal to what the marks say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from lyceum.core.bulk_update import write_columns
from lyceum.events.models import EventSession
from lyceum.registrations.attendance.rules.connections import Connection, connections_of
from lyceum.registrations.attendance.rules.intervals import Interval, intervals_from_marks
from lyceum.registrations.attendance.rules.meeting_ends import meeting_ends
from lyceum.registrations.models import AttendanceMark, AttendanceRecord

Kind = AttendanceMark.Kind
_TIMES = ("joined_at", "left_at", "left_inferred")
_WHO = (
    "session_id",
    "participant_key",
    "registration_id",
    "meeting_host_id",
    "matched_manually",
    "matched_at",
    "matched_by_id",
    "set_aside_at",
    "zoom_user_id",
    "zoom_participant_id",
    "zoom_registrant_id",
    "participant_email",
    "participant_name",
    "is_host",
)
_COLUMNS = tuple(
    name.removesuffix("_id") if name.removesuffix("_id") in ("session", "registration", "meeting_host", "matched_by")
    else name
    for name in (*_TIMES, *_WHO)
)  # fmt: skip


def note_connections(
    changes: Changes,
    sessions: Sequence[EventSession],
    marks: Iterable[AttendanceMark],
    stored: Iterable[AttendanceRecord],
    *,
    closing: Collection[UUID] = (),
) -> None:
    """Note what has to change in the intervals of a meeting's connections, for all their marks that there are.

    marks: of one meeting, its own starts and ends too; stored: its intervals.
    closing: sessions that are over, though nothing says so yet.
    """
    marks = list(marks)
    told = [mark.moment for mark in marks if mark.kind == Kind.MEETING_ENDED]
    by_key: dict[str, list[AttendanceRecord]] = defaultdict(list)
    for record in stored:
        by_key[record.participant_key].append(record)
    for connection in connections_of(marks):
        keys = dict.fromkeys([connection.key, *(mark.participant_key for mark in connection.marks)])
        own = [record for key in keys for record in by_key[key]]
        _note(changes, connection, own, sessions, told, closing)


def _note(
    changes: Changes,
    connection: Connection,
    stored: Sequence[AttendanceRecord],
    sessions: Sequence[EventSession],
    told: Sequence[datetime],
    closing: Collection[UUID],
) -> None:
    moments = connection.moments
    if not moments:
        return
    first = next(mark for mark in connection.marks if mark.kind in AttendanceMark.OF_MEETINGS)
    when = [moment for _, moment in moments]
    ends = meeting_ends(sessions, session_id=first.session_id, told=told, moments=when, closing=closing)
    before = {row.pk: snapshot(row) for row in stored}
    new = partial(AttendanceRecord, event_id=first.event_id, meeting_uuid=first.meeting_uuid)
    rows = rows_of_intervals(stored, intervals_from_marks(moments, ends=ends), new)
    who = {**connection.identity(), "participant_key": connection.key, "session_id": first.session_id}
    for row in rows:
        for name, value in who.items():
            setattr(row, name, value)
    changes.note(rows, before, stored)


def rows_of_intervals(
    stored: Sequence[AttendanceRecord], found: Sequence[Interval], new: Callable[[], AttendanceRecord]
) -> list[AttendanceRecord]:
    """Return one row for each interval, nothing saved yet. A row keeps its id for as long as its join stays known."""
    by_join = {row.joined_at: row for row in stored if row.joined_at is not None}
    without_join = [row for row in stored if row.joined_at is None]
    rows = []
    for interval in found:
        row = by_join.pop(interval.joined_at, None) if interval.joined_at is not None else None
        if row is None:
            # A leave that came before its join, or a row of its own.
            row = without_join.pop(0) if without_join else new()
        row.joined_at, row.left_at, row.left_inferred = interval.joined_at, interval.left_at, interval.inferred
        rows.append(row)
    return rows


def snapshot(row: AttendanceRecord) -> tuple[Any, ...]:
    """Return what a save would have to change."""
    return tuple(getattr(row, name) for name in (*_TIMES, *_WHO))


class Changes:
    """What is to be written, gathered over many connections."""

    def __init__(self) -> None:
        self.fresh: list[AttendanceRecord] = []
        self.changed: list[AttendanceRecord] = []
        self.gone: list[UUID] = []

    def note(
        self,
        rows: Sequence[AttendanceRecord],
        kept: Mapping[UUID, tuple[Any, ...]],
        stored: Sequence[AttendanceRecord],
    ) -> None:
        """Compare a connection's rows with its stored ones, of which `kept` holds snapshots."""
        self.fresh += [row for row in rows if row.pk not in kept]
        self.changed += [row for row in rows if row.pk in kept and kept[row.pk] != snapshot(row)]
        standing = {row.pk for row in rows}
        self.gone += [row.pk for row in stored if row.pk not in standing]

    def write(self, at: datetime) -> int:
        """Write what changed, drop what stands for no interval any more; return how many are new."""
        if self.gone:
            AttendanceRecord.objects.filter(pk__in=self.gone).delete()
        write_columns(self.changed, _COLUMNS, at=at)
        AttendanceRecord.objects.bulk_create(self.fresh, batch_size=500)
        return len(self.fresh)
