"""Adding marks: what a meeting told, and what is said of one registration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.registrations.attendance.rules.person_marks import take_mark
from lyceum.registrations.models import Attendance, AttendanceMark


def add_marks(marks: Sequence[AttendanceMark]) -> None:
    """Keep these marks."""
    AttendanceMark.objects.bulk_create(marks, batch_size=500)


def say_of(row: Attendance, kind: str, *, actor: Actor, at: datetime, **said: Any) -> AttendanceMark:
    """Say something of a registration: put it on its locked row, and return the mark. The caller stores both.

    said: further columns of the mark.
    """
    mark = AttendanceMark(
        event_id=row.event_id,
        registration_id=row.registration_id,
        kind=kind,
        moment=at,
        made_by_id=actor.user_id,
        **said,
    )
    take_mark(row, mark)
    return mark


def marks_of_person(registration_id: UUID) -> list[AttendanceMark]:
    """Return what was said of one registration, in the order in which it was."""
    return list(AttendanceMark.objects.filter(registration=registration_id).order_by("pk"))
