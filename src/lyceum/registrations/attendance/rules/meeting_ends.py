"""When a meeting was over, for the intervals whose leave nobody told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from lyceum.events.models import EventSession


def meeting_ends(
    sessions: Sequence[EventSession],
    *,
    session_id: UUID | None,
    told: Iterable[datetime],
    moments: Iterable[datetime],
    closing: Collection[UUID] = (),
) -> list[datetime]:
    """Return when the meeting of a session was over, sorted: as it told, and as its session or its organizer ended it.

    session_id: None for a meeting that all sessions share, which is over with the last of them.
    told: the ends that the meeting told; moments: of every mark of the connection, which no end by schedule cuts off.
    closing: sessions that are over, though nothing says so yet.
    """
    ends = list(told)
    here = [session for session in sessions if session_id in (None, session.pk)]
    if not here or not all(_is_over(session, closing) for session in here):
        return sorted(ends)
    last = max(here, key=lambda session: session.counts_until)
    if last.ended_by_hand_at is not None and last.counts_until == last.ended_by_hand_at:
        ends.append(last.ended_by_hand_at)
    return sorted([*ends, max([last.counts_until, *ends, *moments])])


def _is_over(session: EventSession, closing: Collection[UUID]) -> bool:
    known = session.settled_at or session.cancelled_at or session.ended_by_hand_at
    return known is not None or session.pk in closing
