"""The arithmetic of presence: marks into stretches, stretches into seconds. Pure, in UTC, the same in any order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lyceum.registrations.models import AttendanceMark

Kind = AttendanceMark.Kind
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stay. An unknown start counts for nothing; an end that nobody told is `inferred`."""

    joined_at: datetime | None
    left_at: datetime | None
    inferred: bool = False


def stretches(marks: Iterable[tuple[str, datetime]], *, ends: Sequence[datetime]) -> list[Stretch]:
    """Pair one connection's marks into stays.

    marks: (kind, moment) in any order, repeats allowed.
    ends: when the meeting was over, sorted. An open stay ends at the first of them, or at the next join.
    """
    by_moment: dict[datetime, set[str]] = defaultdict(set)
    for kind, moment in marks:
        by_moment[moment].add(kind)
    walk = _Walk(ends)
    for moment in sorted(by_moment):
        walk.step(moment, by_moment[moment])
    return walk.finish()


class _Walk:
    """Goes through one connection's marks in the order of time."""

    def __init__(self, ends: Sequence[datetime]) -> None:
        self.ends = ends
        self.found: list[Stretch] = []
        self.open: datetime | None = None
        self.in_waiting_room = False

    def step(self, moment: datetime, kinds: set[str]) -> None:
        # Within one second, an open stay ends before the next begins; otherwise a stay of no length begins and ends.
        if self.open is not None:
            self._leave(moment, kinds)
            self._join(moment, kinds)
        else:
            self._join(moment, kinds)
            self._leave(moment, kinds)

    def _join(self, moment: datetime, kinds: set[str]) -> None:
        back = Kind.ADMITTED in kinds and self.in_waiting_room
        if Kind.JOINED not in kinds and not back:
            return
        self._close_unseen(before=moment)
        self.open, self.in_waiting_room = moment, False

    def _leave(self, moment: datetime, kinds: set[str]) -> None:
        away = Kind.PUT_IN_WAITING_ROOM in kinds
        if self.open is not None and (away or Kind.LEFT in kinds):
            self.found.append(Stretch(self.open, moment))
            self.open = None
        elif Kind.LEFT in kinds and not self.in_waiting_room:
            self.found.append(Stretch(None, moment))
        if away or Kind.LEFT in kinds:
            self.in_waiting_room = away

    def _close_unseen(self, *, before: datetime | None) -> None:
        """End a stay whose leave never came: at the meeting's end, or when the same connection joined again."""
        if self.open is None:
            return
        index = bisect_left(self.ends, self.open)
        known = [*self.ends[index : index + 1], *([before] if before is not None else [])]
        self.found.append(Stretch(self.open, min(known) if known else None, inferred=bool(known)))
        self.open = None

    def finish(self) -> list[Stretch]:
        self._close_unseen(before=None)
        return self.found


def union_seconds(intervals: Iterable[Interval], *, within: Interval) -> int:
    """Return how many whole seconds of a window the intervals cover together; overlaps count once."""
    start, end = within
    clipped = sorted((max(begin, start), min(finish, end)) for begin, finish in intervals)
    total, reached = 0.0, start
    for begin, finish in clipped:
        if finish > max(begin, reached):
            total += (finish - max(begin, reached)).total_seconds()
            reached = finish
    return int(total)


def over_at(moments: Iterable[tuple[str, datetime]]) -> datetime | None:
    """Return when a meeting was over, or None while it runs: its last start or end decides, whatever came first."""
    last: tuple[datetime, bool] | None = None
    for kind, moment in moments:
        mark = (moment, kind == Kind.MEETING_ENDED)
        if kind in (Kind.MEETING_STARTED, Kind.MEETING_ENDED) and (last is None or mark > last):
            last = mark
    return last[0] if last and last[1] else None


def whole_minutes(seconds: int) -> int:
    """Return seconds as minutes, half a minute rounded up: the one place where minutes are rounded."""
    return (seconds + 30) // 60
