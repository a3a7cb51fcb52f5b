"""What a check-in counts for: the session that runs or begins next, or the whole event. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import CheckInScope, SessionStatus
from lyceum.registrations.attendance.rules.person_marks import Stay


def session_of_check_in(event: Event, sessions: Sequence[EventSession], at: datetime) -> EventSession | None:
    """Return the session that somebody is checked in for at this moment; None for the whole event.

    After the last session it is that one: whoever is noted late was there, though no minute is left to count.
    sessions: those that count, in the order of time.
    """
    if event.check_in_scope == CheckInScope.EVENT or not sessions:
        return None
    ahead = (row for row in sessions if row.status != SessionStatus.COMPLETED and row.counts_until > at)
    return next(ahead, sessions[-1])


def standing_check_in(found: Sequence[Stay], session_id: UUID | None) -> Stay | None:
    """Return the check-in that nobody has ended and that counts there already, if there is one."""
    open_ones = (stay for stay in reversed(found) if stay.until is None)
    return next((stay for stay in open_ones if stay.session_id in (None, session_id)), None)
