"""Keep the stored intervals (`AttendanceRecord`) of one connection equal to what its marks say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.core.bulk_update import write_columns
from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.attendance.rules.intervals import Interval
from lyceum.registrations.attendance.services.match_participant import Match
from lyceum.registrations.models import AttendanceRecord

_TIMES = ("joined_at", "left_at", "left_inferred")
IDENTITY = (
    "registration_id",
    "matched_manually",
    "matched_at",
    "set_aside_at",
    "zoom_user_id",
    "zoom_participant_id",
    "zoom_registrant_id",
    "participant_email",
    "participant_name",
    "is_host",
)
_COLUMNS = (*_TIMES, "registration", *(name for name in IDENTITY if name != "registration_id"))


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


def identify(
    rows: Iterable[AttendanceRecord], who: ZoomParticipant, match: Match, *, is_host: bool, at: datetime
) -> None:
    """Put on the rows who this is, as far as the delivery says; what is known is not blanked again."""
    for row in rows:
        row.zoom_user_id = who.user_id or row.zoom_user_id
        row.zoom_participant_id = who.uuid or row.zoom_participant_id
        row.zoom_registrant_id = who.registrant_id or row.zoom_registrant_id
        row.participant_email = who.email or row.participant_email
        row.participant_name = who.name or row.participant_name
        row.is_host = row.is_host or is_host
        if row.registration_id is None and row.set_aside_at is None:
            row.registration_id, row.matched_manually = match.registration_id, match.by_hand
            row.matched_at = at if match.registration_id else None
            row.set_aside_at = at if match.set_aside else None


def snapshot(row: AttendanceRecord) -> tuple[Any, ...]:
    """Return what a save would have to change."""
    return tuple(getattr(row, name) for name in (*_TIMES, *IDENTITY))


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
