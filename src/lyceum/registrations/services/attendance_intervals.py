"""Keep the stored intervals of one connection equal to what its marks say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from lyceum.integrations.zoom.payload import ZoomParticipant
from lyceum.registrations.attendance_matching import Match
from lyceum.registrations.models import AttendanceRecord
from lyceum.registrations.presence import Stretch

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


def follow_stretches(
    records: Sequence[AttendanceRecord], found: Sequence[Stretch], new: Callable[[], AttendanceRecord]
) -> list[AttendanceRecord]:
    """Return one unsaved row for each stay. A row keeps its id for as long as its join stays known."""
    by_join = {row.joined_at: row for row in records if row.joined_at is not None}
    headless = [row for row in records if row.joined_at is None]
    rows = []
    for stay in found:
        row = by_join.pop(stay.joined_at, None) if stay.joined_at is not None else None
        if row is None:
            # A leave that came before its join, or a row of its own.
            row = headless.pop(0) if headless else new()
        row.joined_at, row.left_at, row.left_inferred = stay.joined_at, stay.left_at, stay.inferred
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


def save_changed(
    rows: Sequence[AttendanceRecord], kept: dict[Any, tuple[Any, ...]], records: Sequence[AttendanceRecord]
) -> int:
    """Write the rows that are new or changed; drop those that stand for no stay any more.

    kept: each stored row's snapshot from before.
    Returns: how many are new.
    """
    fresh = [row for row in rows if row.pk not in kept]
    for row in rows:
        if row.pk in kept and kept[row.pk] != snapshot(row):
            columns = [name.removesuffix("_id") if name == "registration_id" else name for name in (*_TIMES, *IDENTITY)]
            row.save(update_fields=[*columns, "updated_at"])
    AttendanceRecord.objects.bulk_create(fresh)
    standing = {row.pk for row in rows}
    if gone := [row.pk for row in records if row.pk not in standing]:
        AttendanceRecord.objects.filter(pk__in=gone).delete()
    return len(fresh)
