"""Make everything that is stored of an event's attendance anew from its marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.bulk_update import write_columns
from lyceum.registrations.attendance.rules.person_marks import KNOWN, forget_known, session_overrides, take_mark
from lyceum.registrations.attendance.services.decide import CHUNK, decide_attendance
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.attendance.services.override_session import write_session_overrides
from lyceum.registrations.attendance.services.rebuild_intervals import rebuild_intervals
from lyceum.registrations.models import AttendanceMark, AttendanceRecord


def rebuild_attendance(event_id: UUID, *, at: datetime, closing: Collection[UUID] = ()) -> int:
    """Make intervals, check-ins, what was said by hand, and the decisions on it anew from the marks of an event.

    Of whom nothing was told at all, `decide_for_everybody` decides.
    Locks: Event, EventSession, Attendance by the registrations' ids, in several transactions.
    closing: as for `rebuild_intervals`.
    Returns: how many rows changed.
    Publishes: AttendanceDecided where a decision changed.
    """
    rebuild_intervals(event_id, at=at, closing=closing)
    said = AttendanceMark.objects.filter(event_id=event_id, kind__in=AttendanceMark.OF_PEOPLE)
    present = AttendanceRecord.objects.filter(event_id=event_id, registration__isnull=False)
    known = {*said.order_by().values_list("registration_id", flat=True).distinct()}
    known |= {*present.order_by().values_list("registration_id", flat=True).distinct()}
    ids = sorted(known)
    return sum(_rebuild(event_id, ids[start : start + CHUNK], at) for start in range(0, len(ids), CHUNK))


@transaction.atomic
def _rebuild(event_id: UUID, registration_ids: Collection[UUID], at: datetime) -> int:
    rules = lock_event_rules(event_id)
    rows = lock_attendance(event_id, registration_ids)
    said = AttendanceMark.objects.filter(registration__in=registration_ids, kind__in=AttendanceMark.OF_PEOPLE)
    marks: dict[UUID | None, list[AttendanceMark]] = defaultdict(list)
    for mark in said.order_by("pk"):
        marks[mark.registration_id].append(mark)
    before = {row.registration_id: row.is_eligible for row in rows}
    for row in rows:
        forget_known(row)
        for mark in marks[row.registration_id]:
            take_mark(row, mark)
    write_columns(rows, KNOWN, at=at)
    write_session_overrides([mark for own in marks.values() for mark in session_overrides(own).values()])
    return decide_attendance(rules, rows, at=at, before=before)
