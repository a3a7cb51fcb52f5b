"""What attendance does on arrivals, and on events that end otherwise than by their meeting."""

from __future__ import annotations

from datetime import datetime

from lyceum.core.ledger import reaction
from lyceum.core.work.wake_up import wake
from lyceum.events.facts import EventCompleted, SessionCompleted
from lyceum.events.models import EventSession
from lyceum.events.models.choices import SessionStatus
from lyceum.registrations.attendance.facts import CheckedIn
from lyceum.registrations.attendance.services.frame import load_frame
from lyceum.registrations.attendance.services.recompute import recompute
from lyceum.registrations.attendance.services.settle import settle_soon
from lyceum.registrations.models import AttendanceRecord, Registration


@reaction(CheckedIn, name="registrations.note_arrival")
def note_arrival(fact: CheckedIn, *, at: datetime) -> None:
    """Open an interval for who came in at the door: it lasts until the session, or the event of several, is over."""
    row = Registration.objects.filter(pk=fact.registration_id).first()
    if row is None or row.checked_in_at is None:
        return
    sessions = EventSession.objects.filter(event_id=row.event_id).exclude(status=SessionStatus.CANCELLED)
    ids = list(sessions.values_list("pk", flat=True)[:2])
    record = AttendanceRecord(
        event_id=row.event_id,
        session_id=ids[0] if len(ids) == 1 else None,
        registration=row,
        source=AttendanceRecord.Source.CHECK_IN,
        participant_key=f"c:{row.pk}",
        participant_email=row.email,
        participant_name=row.full_name,
        joined_at=row.checked_in_at,
        matched_at=at,
    )
    AttendanceRecord.objects.bulk_create([record], ignore_conflicts=True)
    recompute(load_frame(row.event_id), [row.pk], at=at)


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
