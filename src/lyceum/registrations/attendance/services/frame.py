"""An event's sessions and rules as the decision needs them, and one person's presence measured in that frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.registrations.attendance.rules.decision import ByHand, Requirement, SessionPresence, Verdict, decide
from lyceum.registrations.attendance.rules.intervals import Interval, union_seconds
from lyceum.registrations.models import AttendanceRecord, Registration


@dataclass(frozen=True)
class Frame:
    """What is the same for everybody at one event. `sessions` are those that count: cancelled ones are left out."""

    event: Event
    sessions: Sequence[EventSession]
    requirement: Requirement
    # Nobody is eligible by the rules before the last session has settled, or the organizer has ended the event.
    final: bool

    def threshold(self, session: EventSession) -> int:
        own = session.minimum_attendance_percent
        return self.event.session_attendance_threshold if own is None else own


def load_frame(event_id: UUID, *, settling: Iterable[UUID] = ()) -> Frame:
    """Read the frame; two queries.

    settling: sessions that count as settled already, because the caller is settling them.
    """
    event = Event.all_objects.get(pk=event_id)
    every = list(EventSession.objects.filter(event_id=event_id).order_by("starts_at", "id"))
    counting = [session for session in every if session.status != SessionStatus.CANCELLED]
    settled = set(settling)
    over = event.status in (EventStatus.COMPLETED, EventStatus.CLOSED)
    requirement = Requirement(
        kind=event.attendance_requirement,
        minimum_percent=event.minimum_attendance_percent,
        minimum_sessions=event.minimum_sessions_required,
        single=len(every) == 1,
    )
    final = over or (bool(counting) and all(row.settled_at or row.pk in settled for row in counting))
    return Frame(event, counting, requirement, final)


@dataclass(frozen=True)
class Measured:
    """One person's presence: each session's, and the decision that follows."""

    sessions: Mapping[UUID, SessionPresence]
    verdict: Verdict
    first_join_at: datetime | None
    last_leave_at: datetime | None


def measure(
    frame: Frame,
    registration: Registration,
    records: Sequence[AttendanceRecord],
    overrides: Mapping[UUID, bool | None],
    at: datetime,
) -> Measured:
    """Add up one person's intervals in each session's window and decide.

    at: until when a stay that nobody has ended counts.
    """
    present = {
        session.pk: SessionPresence(
            label=_label(session),
            window_seconds=int((session.ends_at - session.starts_at).total_seconds()),
            present_seconds=union_seconds(_intervals(frame, session, records, at), within=_window(session)),
            threshold=frame.threshold(session),
            override=overrides.get(session.pk),
        )
        for session in frame.sessions
    }
    by_hand = ByHand(registration.attended_by_hand, registration.attendance_percent_by_hand)
    joined = [record.joined_at for record in records if record.joined_at is not None]
    left = [record.left_at for record in records if record.left_at is not None]
    return Measured(
        present,
        decide(frame.requirement, list(present.values()), by_hand),
        # The earliest and the latest, whatever order they came in (A98).
        min(joined, default=None),
        max(left, default=None),
    )


def _intervals(
    frame: Frame, session: EventSession, records: Sequence[AttendanceRecord], at: datetime
) -> Iterable[Interval]:
    for record in records:
        if record.joined_at is None or record.session_id not in (None, session.pk):
            continue
        end = record.left_at or (_until_the_end(frame, record) if record.source == record.Source.CHECK_IN else at)
        if end > record.joined_at:
            yield record.joined_at, end


def _until_the_end(frame: Frame, record: AttendanceRecord) -> datetime:
    """Nobody checks out at a door: who came in stays until the session, or the event, is over."""
    own = [session.ends_at for session in frame.sessions if session.pk == record.session_id]
    return own[0] if own else frame.event.ends_at


def _window(session: EventSession) -> Interval:
    return session.starts_at, session.ends_at


def _label(session: EventSession) -> str:
    return f"Session {session.session_number}" + (f" ({session.title})" if session.title else "")
