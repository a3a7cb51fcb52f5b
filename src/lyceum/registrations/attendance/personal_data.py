"""What attendance holds about a person, and how it forgets the name and the words and keeps the minutes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lyceum.core.personal_data import Held, Person, erase_all, register_personal_data
from lyceum.registrations.models import Attendance, AttendanceMark, AttendanceRecord, SessionAttendance
from lyceum.registrations.personal_data import registrations_of

_DECIDED = "What the minutes and the decision stand on, without a name."


def intervals_of(person: Person) -> QuerySet[AttendanceRecord]:
    """Return the intervals of the person's registrations, and those that a meeting told of a proven address."""
    own = Q(registration__in=registrations_of(person).order_by())
    told = Q(participant_email__in=person.emails)
    return AttendanceRecord.objects.filter(own | told).order_by("joined_at", "id")


def marks_of(person: Person) -> QuerySet[AttendanceMark]:
    """Return what was told of the person's registrations, of their connections, and of a proven address."""
    own = Q(registration__in=registrations_of(person).order_by())
    told = Q(participant_email__in=person.emails)
    stays = AttendanceRecord.objects.filter(
        registration__in=registrations_of(person).order_by(),
        event=OuterRef("event"),
        meeting_uuid=OuterRef("meeting_uuid"),
    )
    same = Q(participant_key=OuterRef("participant_key"))
    same |= ~Q(zoom_participant_id="") & Q(zoom_participant_id=OuterRef("zoom_participant_id"))
    theirs = Q(kind=AttendanceMark.Kind.IDENTIFIED) & Exists(stays.filter(same))
    return AttendanceMark.objects.filter(own | told | theirs).order_by("id")


MARKS = Held(
    AttendanceMark,
    rows=marks_of,
    file="attendance_marks.json",
    exported=(
        "id",
        "event__title",
        "session__title",
        "kind",
        "moment",
        "answer",
        "percent",
        "words",
        "participant_name",
        "participant_email",
    ),
    withheld=dict.fromkeys(
        ("meeting_uuid", "participant_key", "zoom_user_id", "zoom_participant_id", "zoom_registrant_id"),
        "Zoom's own numbers of a meeting and of those in it.",
    ),
    erased={"participant_name": "", "participant_email": "", "zoom_registrant_id": "", "words": ""},
    kept=dict.fromkeys(("kind", "meeting_uuid", "participant_key", "zoom_user_id", "zoom_participant_id"), _DECIDED),
)
INTERVALS = Held(
    AttendanceRecord,
    rows=intervals_of,
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
    erased={"participant_name": "", "participant_email": "", "zoom_registrant_id": ""},
    kept=dict.fromkeys(("source", "meeting_uuid", "participant_key", "zoom_user_id", "zoom_participant_id"), _DECIDED),
)
SUMS = Held(
    SessionAttendance,
    rows=lambda person: SessionAttendance.objects.filter(registration__in=registrations_of(person).order_by()).order_by(
        "created_at", "id"
    ),
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
    rows=lambda person: Attendance.objects.filter(registration__in=registrations_of(person).order_by()).order_by(
        "registration__registered_at", "id"
    ),
    file="attendance_decisions.json",
    exported=(
        "registration_id",
        "event__title",
        "checked_in_at",
        "checked_in_where",
        "checked_out_at",
        "attended_by_hand",
        "percent_by_hand",
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
    withheld={"notes": "The organizer's own words, for the organizer alone."},
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


def erase(person: Person, *, at: datetime) -> None:
    """Take names and addresses off the marks and the intervals, and what organizers wrote off the decisions.

    It runs before the registrations are unlinked from the person, and after the events were locked.
    Locks: Attendance, AttendanceRecord.
    """
    erase_all((DECISIONS, MARKS, INTERVALS, SUMS), person, at=at)


register_personal_data("attendance", held=(MARKS, INTERVALS, SUMS, DECISIONS), erase=erase)
