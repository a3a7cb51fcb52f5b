"""What attendance holds about a person, and how it forgets the name and keeps the minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lyceum.core.personal_data import register_personal_data
from lyceum.integrations.inbound.services.forget_address import forget_address
from lyceum.registrations.models import AttendanceRecord, Registration, SessionAttendance

_STAYS = (
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
_DECISIONS = ("id", "event__title", "explanation", "attendance_notes")


def export(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield a person's stays, their sums for each session, and why each decision is what it is."""
    stays = AttendanceRecord.objects.filter(registration__user_id=user_id).order_by("joined_at", "id")
    yield "attendance.json", list(stays.values(*_STAYS))
    sums = SessionAttendance.objects.filter(registration__user_id=user_id).order_by("created_at", "id")
    yield "attendance_sessions.json", list(sums.values(*_SUMS))
    rows = Registration.all_objects.filter(user_id=user_id).order_by("registered_at", "id")
    yield "attendance_decisions.json", list(rows.values(*_DECISIONS))


def erase(user_id: UUID, *, at: datetime) -> None:
    """Take names and addresses off the stays, and what organizers wrote off the decisions.

    It runs before the registrations forget their addresses, by which unmatched stays are found.
    """
    mine = Registration.all_objects.filter(user_id=user_id)
    emails = set(mine.values_list("email", flat=True))
    stays = AttendanceRecord.objects.filter(Q(registration__in=mine) | Q(participant_email__in=emails))
    stays.update(participant_email="", participant_name="", zoom_registrant_id="", updated_at=at)
    for email in sorted(emails):
        forget_address(email)
    mine.update(attendance_notes="", zoom_registrant_id="")
    for row in mine.filter(attendance_override__isnull=False).only("id", "explanation"):
        row.explanation = [line.partition(" Reason: ")[0] for line in row.explanation]
        row.save(update_fields=["explanation"])


register_personal_data("attendance", export=export, erase=erase)
