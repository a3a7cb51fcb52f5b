"""What attendance does on check-ins and no-shows, and on events that end otherwise than by their meeting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.core.ledger import reaction
from lyceum.core.work.wake_up import wake
from lyceum.events.facts import EventCompleted, SessionCompleted
from lyceum.registrations.attendance.facts import CheckedIn
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.settle import settle_soon
from lyceum.registrations.facts import NoShowSet
from lyceum.registrations.models import Attendance, AttendanceRecord


@reaction(CheckedIn, name="registrations.note_arrival")
def open_check_in_interval(fact: CheckedIn, *, at: datetime) -> None:
    """Open an interval for somebody who has checked in: it lasts until the session, or the event of several, is over.

    Locks: Event, EventSession, Attendance.
    """
    rules = lock_event_rules(fact.event_id)
    rows = lock_attendance(fact.event_id, [fact.registration_id])
    for row in rows:
        if row.checked_in_at is not None:
            only = rules.sessions[0].pk if len(rules.sessions) == 1 else None
            AttendanceRecord.objects.bulk_create([_interval(row, only, at)], ignore_conflicts=True)
            if decide_attendance(rules, [row], at=at) and rules.final:
                count_attendance(rules)


@reaction(NoShowSet, name="registrations.decide_no_show")
def decide_no_show(fact: NoShowSet, *, at: datetime) -> None:
    """Decide anew about somebody who didn't come after all, or did, and count: only who is confirmed counts.

    Somebody who is confirmed again is announced again, whatever was decided before: certificates may have gone out
    without them.
    Locks: Event, EventSession, Attendance.
    """
    rules = lock_event_rules(fact.event_id)
    before = {} if fact.no_show else {fact.registration_id: False}
    decide_attendance(rules, lock_attendance(fact.event_id, [fact.registration_id]), at=at, before=before)
    count_attendance(rules)


def _interval(row: Attendance, session_id: UUID | None, at: datetime) -> AttendanceRecord:
    return AttendanceRecord(
        event_id=row.event_id,
        session_id=session_id,
        registration_id=row.registration_id,
        source=AttendanceRecord.Source.CHECK_IN,
        participant_key=f"c:{row.registration_id}",
        participant_email=row.registration.email,
        participant_name=row.registration.full_name,
        joined_at=row.checked_in_at,
        matched_at=at,
    )


@reaction(EventCompleted, name="registrations.settle_event")
def settle_event(fact: EventCompleted, *, at: datetime) -> None:
    """Decide for everybody at an event that was ended by hand, or by its schedule."""
    if settle_soon(event_id=fact.event_id, at=at):
        wake()


@reaction(SessionCompleted, name="registrations.settle_session")
def settle_session(fact: SessionCompleted, *, at: datetime) -> None:
    """As `settle_event`, for one session of several."""
    if settle_soon(event_id=fact.event_id, session_id=fact.session_id, at=at):
        wake()
