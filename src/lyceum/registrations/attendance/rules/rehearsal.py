"""What is told of a meeting long before its session: a rehearsal, kept and shown, which counts for nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lyceum.events.models import EventSession
from lyceum.registrations.models import AttendanceRecord

# A meeting that begins earlier than this before its session is being tried out.
REHEARSED_BEFORE = timedelta(minutes=60)
_NEVER = datetime.min.replace(tzinfo=UTC) + REHEARSED_BEFORE


def is_rehearsal(moment: datetime, *, starts_at: datetime) -> bool:
    """Say whether a meeting that begins at this moment is a rehearsal of the session that starts then."""
    return moment < starts_at - REHEARSED_BEFORE


def without_rehearsals(records: Sequence[AttendanceRecord], sessions: Sequence[EventSession]) -> list[AttendanceRecord]:
    """Leave out the intervals that began in a rehearsal, except of those who were told to leave after the start.

    Where the leave was never told, nobody knows that the person stayed on until the session.
    sessions: all of the event; an interval of a meeting that they share is measured by the first of them.
    """
    starts: dict[UUID | None, datetime] = {session.pk: session.starts_at for session in sessions}
    starts[None] = min(starts.values(), default=_NEVER)
    return [record for record in records if not _rehearsed(record, starts)]


def _rehearsed(record: AttendanceRecord, starts: Mapping[UUID | None, datetime]) -> bool:
    starts_at = starts.get(record.session_id)
    if record.source != record.Source.ZOOM or record.joined_at is None or starts_at is None:
        return False
    stayed = record.left_at is not None and not record.left_inferred and record.left_at > starts_at
    return is_rehearsal(record.joined_at, starts_at=starts_at) and not stayed
