"""What attendance holds about a person, and how it forgets the name and the words and keeps the minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lyceum.core.personal_data import register_personal_data
from lyceum.events.models import Event
from lyceum.integrations.inbound.services.forget_address import forget_address
from lyceum.registrations.models import Attendance, AttendanceRecord, Registration, SessionAttendance

_INTERVALS = (
    "id",
    "event__title",
    "session__title",
    "source",
    "participant_name",
    "participant_email",
    "joined_at",
    "left_at",
    "left_inferred",
)
_SUMS = (
    "session__title",
    "registration__event__title",
    "attended",
    "first_join_at",
    "last_leave_at",
    "total_attendance_minutes",
    "attendance_percent",
)
_DECISION = (
    "registration_id",
    "event__title",
    "checked_in_at",
    "checked_in_where",
    "attended_by_hand",
    "percent_by_hand",
    "notes",
    "attended",
    "percent",
    "minutes",
    "sessions_attended",
    "first_join_at",
    "last_leave_at",
    "eligible",
    "decided_at",
    "explanation",
    "override",
    "override_reason",
    "override_at",
    "zoom_registrant_id",
)


def export(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield a person's intervals, their sums for each session, and each decision with what led to it."""
    intervals = AttendanceRecord.objects.filter(registration__user_id=user_id).order_by("joined_at", "id")
    yield "attendance.json", list(intervals.values(*_INTERVALS))
    sums = SessionAttendance.objects.filter(registration__user_id=user_id).order_by("created_at", "id")
    yield "attendance_sessions.json", list(sums.values(*_SUMS))
    rows = Attendance.objects.filter(registration__user_id=user_id).order_by("registration__registered_at", "id")
    yield "attendance_decisions.json", list(rows.values(*_DECISION))


def erase(user_id: UUID, *, at: datetime) -> None:
    """Take names and addresses off the intervals, and what organizers wrote off the decisions.

    It runs before the registrations forget their addresses, by which unmatched intervals are found.
    Locks: Event by id, Attendance, AttendanceRecord.
    """
    own = Registration.all_objects.filter(user_id=user_id)
    # The whole lock, because erasing the registrations takes it next, in the same transaction.
    list(Event.all_objects.select_for_update().filter(pk__in=own.values("event")).order_by("pk").values_list("pk"))
    emails = set(own.values_list("email", flat=True))
    rows = Attendance.objects.filter(registration__in=own).order_by("registration_id")
    for row in rows.select_for_update(of=("self",), no_key=True):
        row.checked_in_where = row.notes = row.zoom_registrant_id = ""
        row.override_reason = "Removed." if row.override is not None else ""
        row.explanation = [line.partition(" Reason: ")[0] for line in row.explanation]
        row.save(update_fields=_FORGOTTEN)
    intervals = AttendanceRecord.objects.filter(Q(registration__in=own) | Q(participant_email__in=emails))
    intervals.update(participant_email="", participant_name="", zoom_registrant_id="", updated_at=at)
    SessionAttendance.objects.filter(registration__in=own, attendance_override__isnull=False).update(
        attendance_override_reason="Removed.", updated_at=at
    )
    for email in sorted(emails):
        forget_address(email)


_FORGOTTEN = ("checked_in_where", "notes", "zoom_registrant_id", "override_reason", "explanation", "updated_at")

register_personal_data("attendance", export=export, erase=erase)
