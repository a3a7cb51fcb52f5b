"""What is known of one person's attendance, made of the marks about them, in the order they were told in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from lyceum.registrations.models import Attendance, AttendanceMark

Kind = AttendanceMark.Kind

# The columns of `Attendance` that follow the marks; the others are the decision.
KNOWN: Final = (
    "checked_in_at",
    "checked_in_by",
    "checked_in_where",
    "checked_out_at",
    "zoom_registrant_id",
    "attended_by_hand",
    "percent_by_hand",
    "override",
    "override_by",
    "override_reason",
    "override_at",
)
# An override must have a reason, also when the reason is forgotten.
REMOVED: Final = "Removed."


@dataclass(frozen=True, slots=True)
class Stay:
    """One check-in and what ended it.

    session_id: what it counts for; None for the whole event.
    until: when the person checked out; None where it lasts to the end.
    """

    session_id: UUID | None
    since: datetime
    until: datetime | None = None


def take_mark(row: Attendance, mark: AttendanceMark) -> None:
    """Put on a row what one mark about its person says; the row isn't saved."""
    if (take := _TAKERS.get(mark.kind)) is not None:
        take(row, mark)


def forget_known(row: Attendance) -> None:
    """Blank what follows the marks, before they are taken anew."""
    blank = Attendance()
    for name in KNOWN:
        column = Attendance._meta.get_field(name).attname  # type: ignore[union-attr]  # noqa: SLF001 -- Django documents it
        setattr(row, column, getattr(blank, column))


def stays(marks: Iterable[AttendanceMark]) -> list[Stay]:
    """Return a person's check-ins, each with the check-out that ended it; none that was withdrawn."""
    found: list[Stay] = []
    for mark in marks:
        if mark.kind == Kind.CHECKED_IN:
            found.append(Stay(mark.session_id, mark.moment))
        elif mark.kind == Kind.CHECK_IN_WITHDRAWN:
            found = []
        elif mark.kind == Kind.CHECKED_OUT and found and found[-1].until is None:
            found[-1] = Stay(found[-1].session_id, found[-1].since, max(mark.moment, found[-1].since))
    return found


def session_overrides(marks: Iterable[AttendanceMark]) -> dict[UUID, AttendanceMark]:
    """Return the organizer's last word on each session, also where it takes an earlier one back."""
    said = (mark for mark in marks if mark.kind == Kind.SESSION_OVERRIDDEN)
    return {mark.session_id: mark for mark in said if mark.session_id is not None}


def _check_in(row: Attendance, mark: AttendanceMark) -> None:
    row.checked_in_at, row.checked_in_by_id = mark.moment, mark.made_by_id
    row.checked_in_where, row.checked_out_at = mark.words, None


def _check_out(row: Attendance, mark: AttendanceMark) -> None:
    row.checked_out_at = mark.moment


def _withdraw(row: Attendance, mark: AttendanceMark) -> None:
    row.checked_in_at = row.checked_in_by_id = row.checked_out_at = None
    row.checked_in_where = ""


def _enter(row: Attendance, mark: AttendanceMark) -> None:
    row.attended_by_hand, row.percent_by_hand = mark.answer, mark.percent


def _override(row: Attendance, mark: AttendanceMark) -> None:
    row.override, row.override_by_id, row.override_at = mark.answer, mark.made_by_id, mark.moment
    row.override_reason = reason_of(mark)


def _register(row: Attendance, mark: AttendanceMark) -> None:
    row.zoom_registrant_id = mark.zoom_registrant_id


def reason_of(mark: AttendanceMark) -> str:
    """Return why the organizer decided; a decision always has a reason, also when it was forgotten."""
    return mark.words or ("" if mark.answer is None else REMOVED)


_TAKERS: dict[str, Callable[[Attendance, AttendanceMark], Any]] = {
    Kind.CHECKED_IN: _check_in,
    Kind.CHECKED_OUT: _check_out,
    Kind.CHECK_IN_WITHDRAWN: _withdraw,
    Kind.ENTERED: _enter,
    Kind.OVERRIDDEN: _override,
    Kind.REGISTRANT: _register,
}
