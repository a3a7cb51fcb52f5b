"""What attendance holds about a person, and how it forgets the name and the words and keeps the minutes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lyceum.core.personal_data import Held, about_nobody, erase_all, register_personal_data
from lyceum.integrations.inbound.services.forget_address import forget_address
from lyceum.registrations.models import Attendance, AttendanceMark, AttendanceRecord, Registration, SessionAttendance

_DECIDED = "What the minutes and the decision stand on, without a name."

INTERVALS = Held(
    AttendanceRecord,
    rows=lambda user_id: AttendanceRecord.objects.filter(registration__user_id=user_id).order_by("joined_at", "id"),
    file="attendance.json",
    exported=(
        "id",
        "event__title",
        "session__title",
        "source",
        "participant_name",
        "participant_email",
        "joined_at",
        "left_at",
        "left_inferred",
    ),
    withheld=dict.fromkeys(
        ("meeting_uuid", "participant_key", "zoom_user_id", "zoom_participant_id", "zoom_registrant_id"),
        "Zoom's own numbers of a meeting and of those in it.",
    ),
    erased_by_app=("participant_name", "participant_email", "zoom_registrant_id"),
    kept=dict.fromkeys(("source", "meeting_uuid", "participant_key", "zoom_user_id", "zoom_participant_id"), _DECIDED),
)
SUMS = Held(
    SessionAttendance,
    rows=lambda user_id: SessionAttendance.objects.filter(registration__user_id=user_id).order_by("created_at", "id"),
    file="attendance_sessions.json",
    exported=(
        "session__title",
        "registration__event__title",
        "attended",
        "first_join_at",
        "last_leave_at",
        "total_attendance_minutes",
        "attendance_percent",
        "attendance_override_reason",
    ),
    erased={"attendance_override_reason": lambda row: _removed(row.attendance_override)},
)
DECISIONS = Held(
    Attendance,
    rows=lambda user_id: Attendance.objects.filter(registration__user_id=user_id).order_by(
        "registration__registered_at", "id"
    ),
    file="attendance_decisions.json",
    exported=(
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
    ),
    erased={
        "checked_in_where": "",
        "notes": "",
        "zoom_registrant_id": "",
        "override_reason": lambda row: _removed(row.override),
        "explanation": lambda row: [line.partition(" Reason: ")[0] for line in row.explanation],
    },
)


def _removed(override: bool | None) -> str:
    # An override must have a reason, also when the reason is forgotten.
    return "" if override is None else "Removed."


def erase(user_id: UUID, *, at: datetime) -> None:
    """Take names and addresses off the intervals, and what organizers wrote off the decisions.

    It runs before the registrations forget their addresses, by which unmatched intervals are found, and after the
    person's events were locked.
    Locks: Attendance, AttendanceRecord.
    """
    own = Registration.all_objects.filter(user_id=user_id)
    emails = set(own.values_list("email", flat=True))
    erase_all((DECISIONS,), user_id, at=at)
    intervals = AttendanceRecord.objects.filter(Q(registration__in=own) | Q(participant_email__in=emails))
    intervals.update(participant_email="", participant_name="", zoom_registrant_id="", updated_at=at)
    erase_all((SUMS,), user_id, at=at)
    for email in sorted(emails):
        forget_address(email)


about_nobody(
    "What a meeting told about a number of Zoom's that is in it; the intervals say whose it was.", AttendanceMark
)
register_personal_data("attendance", held=(INTERVALS, SUMS, DECISIONS), erase=erase)
