"""Intervals become minutes: what one person's intervals add up to in each session of an event. Pure, in UTC.

Overlaps count once, and only what lies within a session's scheduled window counts, up to where the organizer ended it
early. Shares are of the scheduled length, whatever the session came to. Seconds are added up and rounded to
minutes once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lyceum.events.models import Event, EventSession
from lyceum.registrations.attendance.rules.decision import ByHand, Decision, Requirement, SessionPresence, decide
from lyceum.registrations.models import Attendance, AttendanceRecord

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class EventRules:
    """What decides about attendance at one event, the same for everybody.

    all_sessions: in the order of time; sessions: those that count, which leaves the cancelled ones out.
    final: whether the rules decide yet: nobody is eligible by them before the last session has settled.
    settling: whether it is over, and late reports may still arrive.
    """

    event: Event
    all_sessions: Sequence[EventSession]
    sessions: Sequence[EventSession]
    requirement: Requirement
    final: bool
    settling: bool

    def threshold(self, session: EventSession) -> int:
        """Return the percentage of a session from which it counts as attended."""
        own = session.minimum_attendance_percent
        return self.event.session_attendance_threshold if own is None else own


@dataclass(frozen=True)
class Presence:
    """What one person's intervals add up to in each session, and the decision that follows."""

    sessions: Mapping[UUID, SessionPresence]
    decision: Decision
    first_join_at: datetime | None
    last_leave_at: datetime | None


def add_up(
    rules: EventRules,
    attendance: Attendance,
    records: Sequence[AttendanceRecord],
    overrides: Mapping[UUID, bool | None],
    *,
    at: datetime,
) -> Presence:
    """Add up one person's intervals in each session's window, and decide.

    overrides: by session, what an organizer said about this person there.
    at: until when an interval that nobody has ended counts.
    """
    present = {
        session.pk: SessionPresence(
            label=_label(session),
            window_seconds=int((session.ends_at - session.starts_at).total_seconds()),
            present_seconds=covered_seconds(_spans(rules, session, records, at), within=_window(session)),
            threshold=rules.threshold(session),
            override=overrides.get(session.pk),
            checked_in=_is_checked_in(session, records),
            ended_after=_ended_after(session),
        )
        for session in rules.sessions
    }
    by_hand = ByHand(attendance.attended_by_hand, attendance.percent_by_hand)
    decision = decide(rules.requirement, list(present.values()), by_hand, told=_check_in_lines(rules, records))
    return Presence(present, decision, first_join(records), last_leave(records))


def first_join(records: Iterable[AttendanceRecord]) -> datetime | None:
    """Return the earliest join, whatever order they came in."""
    return min((record.joined_at for record in records if record.joined_at is not None), default=None)


def last_leave(records: Iterable[AttendanceRecord]) -> datetime | None:
    """Return the latest leave, whatever order they came in."""
    return max((record.left_at for record in records if record.left_at is not None), default=None)


def covered_seconds(spans: Iterable[Span], *, within: Span) -> int:
    """Return how many whole seconds of a window the spans cover together; overlaps count once."""
    start, end = within
    clipped = sorted((max(begin, start), min(finish, end)) for begin, finish in spans)
    total, reached = 0.0, start
    for begin, finish in clipped:
        if finish > max(begin, reached):
            total += (finish - max(begin, reached)).total_seconds()
            reached = finish
    return int(total)


def whole_minutes(seconds: int) -> int:
    """Return seconds as minutes, half a minute rounded up: the one place where minutes are rounded."""
    return (seconds + 30) // 60


def _spans(
    rules: EventRules, session: EventSession, records: Sequence[AttendanceRecord], at: datetime
) -> Iterable[Span]:
    for record in records:
        if record.joined_at is None or record.session_id not in (None, session.pk):
            continue
        end = record.left_at or (_end_of_check_in(rules, record) if record.source == record.Source.CHECK_IN else at)
        if end > record.joined_at:
            yield record.joined_at, end


def _is_checked_in(session: EventSession, records: Iterable[AttendanceRecord]) -> bool:
    check_ins = (record for record in records if record.source == record.Source.CHECK_IN)
    return any(record.session_id in (None, session.pk) for record in check_ins)


def _check_in_lines(rules: EventRules, records: Iterable[AttendanceRecord]) -> list[str]:
    """Say of each check-in what it counts for."""
    labels: dict[UUID | None, str] = {session.pk: _label(session) for session in rules.all_sessions}
    check_ins = [record for record in records if record.source == record.Source.CHECK_IN]
    return [
        f"Checked in for {labels.get(record.session_id, 'the whole event')}"
        f"{'.' if record.left_at is None else ', and out again.'}"
        for record in sorted(check_ins, key=lambda record: (record.joined_at is None, record.joined_at, record.pk))
    ]


def _end_of_check_in(rules: EventRules, record: AttendanceRecord) -> datetime:
    """Return the end of the session or the event: who has checked in, and not out, stays until then."""
    own = [session.counts_until for session in rules.sessions if session.pk == record.session_id]
    return own[0] if own else rules.event.ends_at


def _window(session: EventSession) -> Span:
    return session.starts_at, session.counts_until


def _ended_after(session: EventSession) -> int | None:
    """Return how many seconds of a session the organizer let it run; None unless they ended it early."""
    if session.counts_until == session.ends_at:
        return None
    return max(0, int((session.counts_until - session.starts_at).total_seconds()))


def _label(session: EventSession) -> str:
    return f"Session {session.session_number}" + (f" ({session.title})" if session.title else "")
