"""Marks become intervals: when each connection to a meeting was there. Pure, in UTC, the same in any order.

Marks are never rewritten. A stored interval is made anew from the marks whenever another one arrives.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lyceum.registrations.models import AttendanceMark

Kind = AttendanceMark.Kind


@dataclass(frozen=True, slots=True)
class Interval:
    """From a join to a leave. An unknown start counts for nothing; an end that nobody told is `inferred`."""

    joined_at: datetime | None
    left_at: datetime | None
    inferred: bool = False


def intervals_from_marks(marks: Iterable[tuple[str, datetime]], *, ends: Sequence[datetime]) -> list[Interval]:
    """Pair one connection's marks into intervals.

    marks: (kind, moment) in any order, repeats allowed.
    ends: when the meeting was over, sorted. An open interval ends at the first of them, or at the next join.
    """
    by_moment: dict[datetime, set[str]] = defaultdict(set)
    for kind, moment in marks:
        by_moment[moment].add(kind)
    pairing = _Pairing(ends)
    for moment in sorted(by_moment):
        pairing.take(moment, by_moment[moment])
    return pairing.finish()


class _Pairing:
    """Takes one connection's marks in the order of time and pairs each join with the leave that follows."""

    def __init__(self, ends: Sequence[datetime]) -> None:
        self.ends = ends
        self.found: list[Interval] = []
        self.open: datetime | None = None
        self.in_waiting_room = False

    def take(self, moment: datetime, kinds: set[str]) -> None:
        """Take all the marks of one moment.

        Within one second, an open interval ends before the next begins; otherwise one of no length begins and ends.
        """
        if self.open is not None:
            self._leave(moment, kinds)
            self._join(moment, kinds)
        else:
            self._join(moment, kinds)
            self._leave(moment, kinds)

    def _join(self, moment: datetime, kinds: set[str]) -> None:
        admitted = Kind.ADMITTED in kinds and self.in_waiting_room
        if Kind.JOINED not in kinds and not admitted:
            return
        self._close_without_leave(before=moment)
        self.open, self.in_waiting_room = moment, False

    def _leave(self, moment: datetime, kinds: set[str]) -> None:
        to_waiting_room = Kind.PUT_IN_WAITING_ROOM in kinds
        if self.open is not None and (to_waiting_room or Kind.LEFT in kinds):
            self.found.append(Interval(self.open, moment))
            self.open = None
        elif Kind.LEFT in kinds and not self.in_waiting_room:
            self.found.append(Interval(None, moment))
        if to_waiting_room or Kind.LEFT in kinds:
            self.in_waiting_room = to_waiting_room

    def _close_without_leave(self, *, before: datetime | None) -> None:
        """End an interval whose leave never came: at the meeting's end, or when the same connection joined again."""
        if self.open is None:
            return
        index = bisect_left(self.ends, self.open)
        known = [*self.ends[index : index + 1], *([before] if before is not None else [])]
        self.found.append(Interval(self.open, min(known) if known else None, inferred=bool(known)))
        self.open = None

    def finish(self) -> list[Interval]:
        """Return every interval, the last one ended by the meeting where nobody left."""
        self._close_without_leave(before=None)
        return self.found


def meeting_over_at(moments: Iterable[tuple[str, datetime]]) -> datetime | None:
    """Return when a meeting was over, or None while it runs: its last start or end decides, whatever came first."""
    last: tuple[datetime, bool] | None = None
    for kind, moment in moments:
        mark = (moment, kind == Kind.MEETING_ENDED)
        if kind in (Kind.MEETING_STARTED, Kind.MEETING_ENDED) and (last is None or mark > last):
            last = mark
    return last[0] if last and last[1] else None
