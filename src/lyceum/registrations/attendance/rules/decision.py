"""The decision about one person's attendance, and why: a share of the time, or a number of sessions, is needed.

Shares are rounded down and compared exactly, so that no percentage ever shows a threshold that was missed. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyceum.events.models.choices import AttendanceRequirement

A_MINUTE = 60
NO_PRESENCE = (
    "Nobody is eligible without having been there: for at least a minute, by a check-in, or by the organizer's word."
)


@dataclass(frozen=True, slots=True)
class SessionPresence:
    """One session that counts (cancelled ones are left out before this), and how long the person was there.

    threshold: percent of the session from which it counts as attended.
    override: what the organizer said about this session, or None.
    checked_in: a check-in says that the person was there, whatever the minutes come to.
    ended_after: after how many seconds the organizer ended it early; None if nobody did.
    """

    label: str
    window_seconds: int
    present_seconds: int
    threshold: int
    override: bool | None = None
    checked_in: bool = False
    ended_after: int | None = None

    @property
    def counted_seconds(self) -> int:
        if self.override is None:
            return min(self.present_seconds, self.window_seconds)
        return self.window_seconds if self.override else 0

    @property
    def attended(self) -> bool:
        if self.override is not None:
            return self.override
        return self.present_seconds > 0 and _reaches(self.present_seconds, self.window_seconds, self.threshold)

    @property
    def vouched(self) -> bool:
        """Whether a check-in or the organizer says that the person was there; the organizer's word stands above."""
        return self.checked_in if self.override is None else self.override

    @property
    def percent(self) -> int:
        return _percent(self.counted_seconds, self.window_seconds)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the event asks for. `single`: one session, so its share of time alone decides."""

    kind: str
    minimum_percent: int
    minimum_sessions: int | None
    single: bool


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the organizer entered for the whole event."""

    attended: bool | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision and its reasons, before an override of the decision itself."""

    eligible: bool
    attended: bool
    percent: int
    seconds: int
    sessions_attended: int
    reasons: tuple[str, ...]


def decide(
    requirement: Requirement, sessions: Sequence[SessionPresence], by_hand: ByHand, *, told: Sequence[str] = ()
) -> Decision:
    """Decide from the sessions that count; none at all decides against, and so does having been at none of them.

    told: what else the reasons say, before the one that decides.
    """
    total = sum(session.window_seconds for session in sessions)
    seconds = sum(session.counted_seconds for session in sessions)
    attended_sessions = sum(session.attended for session in sessions)
    percent = _percent(seconds, total)
    if by_hand.attended is not None:
        return _by_hand(requirement, by_hand, seconds, attended_sessions)
    if not sessions:
        return Decision(False, False, 0, 0, 0, ("No session counts: each was cancelled.",))
    named = len(sessions) > 1 or sessions[0].override is not None
    lines = [_session_line(session) for session in sessions] if named else []
    lines += [_ended_line(session) for session in sessions if session.ended_after is not None]
    enough, why = _rule(requirement, sessions, seconds, total)
    vouched = any(session.vouched for session in sessions)
    present = vouched or seconds >= A_MINUTE
    missing = (NO_PRESENCE,) if enough and not present else ()
    return Decision(
        eligible=enough and present,
        attended=vouched or seconds > 0,
        percent=percent,
        seconds=seconds,
        sessions_attended=attended_sessions,
        reasons=(*lines, *told, why, *missing),
    )


def _rule(requirement: Requirement, sessions: Sequence[SessionPresence], seconds: int, total: int) -> tuple[bool, str]:
    attended, count, minimum = sum(s.attended for s in sessions), len(sessions), requirement.minimum_percent
    if requirement.single or requirement.kind == AttendanceRequirement.PERCENTAGE_TIME:
        share = f"{_percent(seconds, total)} %"
        why = f"Present for {spoken(seconds)} of {spoken(total)} ({share}); {minimum} % is needed."
        return _reaches(seconds, total, minimum), why
    said = f"Attended {attended} of {count} {_plural(count, 'session')}"
    if requirement.kind == AttendanceRequirement.PERCENTAGE_SESSIONS:
        why = f"{said} ({_percent(attended, count)} %); {minimum} % of the sessions are needed."
        return _reaches(attended, count, minimum), why
    if requirement.kind == AttendanceRequirement.ALL_SESSIONS:
        return attended >= count, f"{said}; all of them are needed."
    needed = requirement.minimum_sessions or 1
    return attended >= needed, f"{said}; at least {needed} {'is' if needed == 1 else 'are'} needed."


def _by_hand(requirement: Requirement, by_hand: ByHand, seconds: int, sessions_attended: int) -> Decision:
    if not by_hand.attended:
        why = "The organizer marked this person as absent."
        return Decision(False, False, by_hand.percent or 0, seconds, sessions_attended, (why,))
    percent = 100 if by_hand.percent is None else by_hand.percent
    why = f"The organizer marked this person as present ({percent} %); {requirement.minimum_percent} % is needed."
    return Decision(percent >= requirement.minimum_percent, True, percent, seconds, sessions_attended, (why,))


def _session_line(session: SessionPresence) -> str:
    result = "attended" if session.attended else "not attended"
    if session.override is not None:
        return f"{session.label}: {result}, as the organizer said."
    there = f"{spoken(session.present_seconds)} of {spoken(session.window_seconds)}"
    return f"{session.label}: {there} ({session.percent} %), {result} ({session.threshold} % counts)."


def _ended_line(session: SessionPresence) -> str:
    when = f"after {spoken(session.ended_after)}" if session.ended_after else "before it began"
    return f"The organizer ended {session.label} {when}; its share is still of {spoken(session.window_seconds)}."


def spoken(seconds: int) -> str:
    """Return a length as people say it, exact to the second, so that a near miss is seen to be one."""
    minutes, rest = divmod(seconds, 60)
    words = f"{minutes} {_plural(minutes, 'minute')}"
    return f"{words} {rest} {_plural(rest, 'second')}" if rest else words


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _percent(part: int, whole: int) -> int:
    """Return a share rounded down, so that it never shows a threshold that was missed."""
    return min(100, part * 100 // whole) if whole else 0


def _reaches(part: int, whole: int, percent: int) -> bool:
    return whole > 0 and part * 100 >= whole * percent
