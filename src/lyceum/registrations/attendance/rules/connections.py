"""Marks become connections: which marks of a meeting tell of one device, who it is, and whose. Pure.

A delivery names a connection by its participant and its number within the meeting, or by one of the two alone. What was
told under a part of a name belongs to the connection that has the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lyceum.registrations.models import AttendanceMark

Kind = AttendanceMark.Kind
# What a delivery says of who a connection is; what is known is not blanked again.
DETAILS: Final = (
    "meeting_host_id",
    "zoom_user_id",
    "zoom_participant_id",
    "zoom_registrant_id",
    "participant_email",
    "participant_name",
    "is_host",
)


@dataclass
class Connection:
    """One device in one meeting: every mark that tells of it, in the order in which they were told."""

    key: str
    marks: list[AttendanceMark] = field(default_factory=list)

    @property
    def moments(self) -> list[tuple[str, datetime]]:
        """When it came and went, as `intervals_from_marks` takes it."""
        return [(mark.kind, mark.moment) for mark in self.marks if mark.kind in AttendanceMark.OF_MEETINGS]

    def identity(self) -> dict[str, Any]:
        """Return who it is and whose, as columns of `AttendanceRecord`."""
        blank = AttendanceMark()
        known = {name: getattr(blank, name) for name in DETAILS}
        for mark in self.marks:
            if mark.kind == Kind.IDENTIFIED:
                known |= {name: getattr(mark, name) for name in DETAILS if getattr(mark, name)}
        said = [mark for mark in self.marks if mark.kind == Kind.MATCHED]
        return known | match_columns(said[-1] if said else None)


def match_columns(mark: AttendanceMark | None) -> dict[str, Any]:
    """Return what a mark says of whose a connection is, as columns of `AttendanceRecord`."""
    matched = mark if mark is not None and mark.registration_id else None
    taken_back = mark if mark is not None and matched is None else None
    return {
        "registration_id": matched.registration_id if matched else None,
        "matched_manually": bool(matched and matched.answer),
        "matched_at": matched.moment if matched else None,
        "matched_by_id": matched.made_by_id if matched else None,
        "set_aside_at": taken_back.moment if taken_back else None,
    }


def connections_of(marks: Iterable[AttendanceMark]) -> list[Connection]:
    """Part the marks of one meeting into its connections. Marks of the meeting itself are left out."""
    by_key: dict[str, list[AttendanceMark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark.pk):
        if mark.participant_key:
            by_key[mark.participant_key].append(mark)
    whole = {key: names for key, own in by_key.items() if all(names := _names(own))}
    found: dict[str, Connection] = {}
    for key, own in by_key.items():
        name = key if key in whole else _whole_name(own, whole, by_key) or key
        found.setdefault(name, Connection(name)).marks += own
    for connection in found.values():
        connection.marks.sort(key=lambda mark: mark.pk)
    return list(found.values())


def _names(marks: Iterable[AttendanceMark]) -> tuple[str, str]:
    """Return the participant and the number by which a key names its connection; either may be blank."""
    said = [mark for mark in marks if mark.kind == Kind.IDENTIFIED]
    participant = next((mark.zoom_participant_id for mark in said if mark.zoom_participant_id), "")
    return participant, next((mark.zoom_user_id for mark in said if mark.zoom_user_id), "")


def _whole_name(
    marks: Sequence[AttendanceMark],
    whole: dict[str, tuple[str, str]],
    by_key: dict[str, list[AttendanceMark]],
) -> str | None:
    """Return the connection that goes by a part of a name: the one that joined last before it was told."""
    participant, number = _names(marks)
    same = [
        key
        for key, (one, other) in whole.items()
        if (participant and one == participant) or (number and other == number)
    ]
    told = min((mark.moment for mark in marks if mark.kind in AttendanceMark.OF_MEETINGS), default=None)
    joined = {
        key: [mark.moment for mark in by_key[key] if mark.kind == Kind.JOINED and (told is None or mark.moment <= told)]
        for key in same
    }
    before = [(max(moments), key) for key, moments in joined.items() if moments]
    return max(before)[1] if before else min(same, default=None)
