"""What the attendance routes take and answer. They run no query."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import INTERVAL, REGISTRATION, SESSION
from lyceum.registrations.attendance.rules.suggestions import suggest
from lyceum.registrations.models import AttendanceRecord, Registration, SessionAttendance

Json = serializers.Serializer[Any]


class RecordOutput(Json):
    """One interval of attendance. A null `joined_at` means that only the leaving is known, which counts for nothing."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": INTERVAL,
        "uuid": INTERVAL,
        "duration_minutes": 175,
        "is_matched": True,
        "matched_manually": True,
    }

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    session_uuid = serializers.UUIDField(
        source="session_id", allow_null=True, help_text="The session it falls into; null if into none."
    )
    registration_uuid = serializers.UUIDField(
        source="registration_id", allow_null=True, help_text="Whom it belongs to; null if nobody yet."
    )
    join_source = serializers.CharField(
        source="source", help_text="Where it comes from: Zoom, a check-in, or an entry by hand."
    )
    participant_name = serializers.CharField(help_text="The name that the person had in the meeting.")
    participant_email = serializers.CharField()
    joined_at = UtcDateTimeField(allow_null=True)
    left_at = UtcDateTimeField(allow_null=True)
    left_inferred = serializers.BooleanField(help_text="Whether the end was not reported but concluded.")
    duration_minutes = serializers.IntegerField(allow_null=True)
    is_matched = serializers.BooleanField()
    matched_manually = serializers.BooleanField(help_text="Whether a person matched it.")
    matched_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class UnmatchedOutput(RecordOutput):
    """With at most five people whose name or address looks alike; a person decides."""

    schema_example: ClassVar[dict[str, Any]] = {
        **RecordOutput.schema_example,
        "registration_uuid": None,
        "is_matched": False,
        "matched_manually": False,
        "matched_at": None,
        "suggestions": [
            {"registration_uuid": REGISTRATION, "full_name": "Jonas Berg", "email": "jonas.berg@example.com"}
        ],
    }

    suggestions = serializers.SerializerMethodField()

    def get_suggestions(self, record: AttendanceRecord) -> list[dict[str, str]]:
        people = self.context.get("candidates", ())
        found = suggest(record.participant_name, record.participant_email, people)
        return [
            {"registration_uuid": str(one.registration_id), "full_name": one.full_name, "email": one.email}
            for one in found
        ]


class SessionSumOutput(Json):
    """What one person's intervals add up to in one session."""

    session_uuid = serializers.UUIDField(source="session_id")
    attended = serializers.BooleanField()
    joined_at = UtcDateTimeField(source="first_join_at", allow_null=True)
    left_at = UtcDateTimeField(source="last_leave_at", allow_null=True)
    total_attendance_minutes = serializers.IntegerField(
        help_text="Minutes within the session; two devices at a time count once."
    )
    attendance_percent = serializers.IntegerField(help_text="Of the session's scheduled length.")
    attendance_override = serializers.BooleanField(allow_null=True)


class PersonAttendanceOutput(Json):
    """One registration and the decision about it."""

    registration_uuid = serializers.UUIDField(source="id")
    full_name = serializers.CharField()
    email = serializers.EmailField()
    attended = serializers.BooleanField(source="attendance_or_blank.attended")
    attendance_percent = serializers.IntegerField(source="attendance_or_blank.percent")
    total_attendance_minutes = serializers.IntegerField(source="attendance_or_blank.minutes")
    sessions_attended = serializers.IntegerField(source="attendance_or_blank.sessions_attended")
    attendance_eligible = serializers.BooleanField(
        source="attendance_or_blank.eligible", help_text="The computed decision."
    )
    attendance_override = serializers.BooleanField(
        source="attendance_or_blank.override",
        allow_null=True,
        help_text="The organizer's decision; null where the computed one holds.",
    )
    eligible = serializers.BooleanField(source="attendance_or_blank.is_eligible", help_text="The decision that holds.")
    explanation = serializers.ListField(
        source="attendance_or_blank.explanation",
        child=serializers.CharField(),
        help_text="How it came about, in sentences.",
    )


class EventAttendanceOutput(PersonAttendanceOutput):
    """With every session."""

    sessions = SessionSumOutput(source="session_attendance", many=True)


class SessionAttendanceOutput(Json):
    """One registration in one session; who was never there has zeros."""

    registration_uuid = serializers.UUIDField(source="id")
    full_name = serializers.CharField()
    email = serializers.EmailField()
    attended = serializers.SerializerMethodField()
    joined_at = serializers.SerializerMethodField()
    left_at = serializers.SerializerMethodField()
    total_attendance_minutes = serializers.SerializerMethodField()
    attendance_percent = serializers.SerializerMethodField()
    attendance_override = serializers.SerializerMethodField(
        help_text="The organizer's decision on this session; null where the minutes decide."
    )
    attendance_override_reason = serializers.SerializerMethodField()

    def get_attended(self, row: Registration) -> bool:
        return bool(getattr(_here(row), "attended", False))

    def get_joined_at(self, row: Registration) -> str | None:
        return _moment(row, "first_join_at")

    def get_left_at(self, row: Registration) -> str | None:
        return _moment(row, "last_leave_at")

    def get_total_attendance_minutes(self, row: Registration) -> int:
        return int(getattr(_here(row), "total_attendance_minutes", 0))

    def get_attendance_percent(self, row: Registration) -> int:
        return int(getattr(_here(row), "attendance_percent", 0))

    def get_attendance_override(self, row: Registration) -> bool | None:
        return getattr(_here(row), "attendance_override", None)

    def get_attendance_override_reason(self, row: Registration) -> str:
        return str(getattr(_here(row), "attendance_override_reason", ""))


class RecomputedOutput(Json):
    """What recomputing an event's attendance has changed."""

    schema_example: ClassVar[dict[str, Any]] = {"registrations": 28, "eligible": 26}

    registrations = serializers.IntegerField(help_text="How many were looked at.")
    changed = serializers.IntegerField(help_text="How many decisions changed.")
    eligible = serializers.IntegerField(help_text="How many attended enough.")
    unmatched = serializers.IntegerField(help_text="How many intervals belong to nobody yet.")


def _here(row: Any) -> SessionAttendance | None:
    return row.sums_here[0] if row.sums_here else None


def _moment(row: Registration, name: str) -> str | None:
    value = getattr(_here(row), name, None)
    written: str | None = UtcDateTimeField().to_representation(value) if value else None
    return written


class BulkAttendanceOutput(Json):
    """What was entered."""

    updated = serializers.IntegerField()
    uuids = serializers.ListField(child=serializers.UUIDField(), help_text="The registrations that were changed.")
    missing = serializers.ListField(child=serializers.UUIDField(), help_text="Identifiers that the event doesn't have.")


class ArrivalOutput(Json):
    """Who was at the door, and what their check-in counts for."""

    schema_example: ClassVar[dict[str, Any]] = {"session_uuid": SESSION, "counts_for": "session"}

    registration_uuid = serializers.UUIDField(source="registration.id")
    full_name = serializers.CharField(source="registration.full_name")
    email = serializers.EmailField(source="registration.email")
    status = serializers.CharField(source="registration.status")
    counts_for = serializers.CharField(help_text="`session`, or `event` for all of it.")
    session_uuid = serializers.UUIDField(
        source="session.id", allow_null=True, default=None, help_text="The session it counts for; null for all of them."
    )
    checked_in_at = UtcDateTimeField(source="attendance.checked_in_at")
    checked_in_where = serializers.CharField(source="attendance.checked_in_where")
    message = serializers.CharField()


class CheckInOutput(ArrivalOutput):
    """`already_checked_in`: that had been done before; the time and place are those of that time."""

    already_checked_in = serializers.BooleanField(
        source="already", help_text="Whether the person was checked in there before; time and place are of that time."
    )


class CheckOutOutput(ArrivalOutput):
    """`already_checked_out`: that had been done before; the time is that of the first time."""

    already_checked_out = serializers.BooleanField(
        source="already", help_text="Whether the person was checked out before; the time is then the first one."
    )
    checked_out_at = UtcDateTimeField(source="attendance.checked_out_at")
