"""What the attendance routes take and answer. They run no query."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.registrations.attendance.rules.suggestions import suggest
from lyceum.registrations.models import AttendanceRecord, Registration, SessionAttendance

Json = serializers.Serializer[Any]


class SuggestionOutput(Json):
    registration_uuid = serializers.UUIDField(source="registration_id")
    full_name = serializers.CharField()
    email = serializers.EmailField()


class RecordOutput(Json):
    """One interval of attendance. A null `joined_at` means that only the leaving is known, which counts for nothing."""

    id = serializers.UUIDField()
    uuid = serializers.UUIDField(source="id")
    session_uuid = serializers.UUIDField(source="session_id", allow_null=True)
    registration_uuid = serializers.UUIDField(source="registration_id", allow_null=True)
    join_source = serializers.CharField(source="source")
    participant_name = serializers.CharField()
    participant_email = serializers.CharField()
    joined_at = UtcDateTimeField(allow_null=True)
    left_at = UtcDateTimeField(allow_null=True)
    left_inferred = serializers.BooleanField()
    duration_minutes = serializers.IntegerField(allow_null=True)
    is_matched = serializers.BooleanField()
    matched_manually = serializers.BooleanField()
    matched_at = UtcDateTimeField(allow_null=True)
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()


class UnmatchedOutput(RecordOutput):
    """With at most five people whose name or address looks alike; a person decides."""

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
    total_attendance_minutes = serializers.IntegerField()
    attendance_percent = serializers.IntegerField()
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
    attendance_eligible = serializers.BooleanField(source="attendance_or_blank.eligible")
    attendance_override = serializers.BooleanField(source="attendance_or_blank.override", allow_null=True)
    eligible = serializers.BooleanField(source="attendance_or_blank.is_eligible")
    explanation = serializers.ListField(source="attendance_or_blank.explanation", child=serializers.CharField())


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
    attendance_override = serializers.SerializerMethodField()

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


class RecomputedOutput(Json):
    """What recomputing an event's attendance has changed."""

    registrations = serializers.IntegerField()
    changed = serializers.IntegerField()
    eligible = serializers.IntegerField()
    unmatched = serializers.IntegerField()


def _here(row: Any) -> SessionAttendance | None:
    return row.sums_here[0] if row.sums_here else None


def _moment(row: Registration, name: str) -> str | None:
    value = getattr(_here(row), name, None)
    written: str | None = UtcDateTimeField().to_representation(value) if value else None
    return written


class BulkAttendanceOutput(Json):
    updated = serializers.IntegerField()
    uuids = serializers.ListField(child=serializers.UUIDField())
    missing = serializers.ListField(child=serializers.UUIDField())


class CheckInOutput(Json):
    """`already_checked_in`: the code was used before; the time and place are the first ones."""

    registration_uuid = serializers.UUIDField(source="registration.id")
    full_name = serializers.CharField(source="registration.full_name")
    email = serializers.EmailField(source="registration.email")
    status = serializers.CharField(source="registration.status")
    already_checked_in = serializers.BooleanField(source="already")
    checked_in_at = UtcDateTimeField(source="attendance.checked_in_at")
    checked_in_where = serializers.CharField(source="attendance.checked_in_where")
    message = serializers.CharField()
