"""What the attendance routes read."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, UUIDField
from lyceum.core.api.schema_values import REGISTRATION
from lyceum.registrations.attendance.api.outputs import Json
from lyceum.registrations.services.bulk_add import AT_MOST


class OverrideInput(Json):
    """`eligible` null gives the decision back to the rules; otherwise `reason` says why."""

    schema_example: ClassVar[dict[str, Any]] = {"eligible": True, "reason": "The line failed; Jonas was in the room."}

    eligible = serializers.BooleanField(
        allow_null=True, help_text="Whether the person attended; null gives the decision back to the rules."
    )
    reason = CharField(
        required=False, allow_blank=True, allow_null=True, max_length=500, help_text="Why; required with a decision."
    )


class MatchInput(Json):
    """`registration_uuid` null takes a match back."""

    registration_uuid = UUIDField(allow_null=True, help_text="Whose presence it is; null takes a match back.")


class AttendanceUpdateInput(serializers.Serializer[Any]):
    """What an organizer enters by hand; `notes` says why."""

    schema_example: ClassVar[dict[str, Any]] = {
        "attended": True,
        "attendance_percent": 97,
        "notes": "Joined by telephone.",
    }

    attended = serializers.BooleanField(help_text="Whether the person was there.")
    attendance_percent = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="How much of the event the person attended.",
    )
    notes = CharField(required=False, allow_blank=True, max_length=500, help_text="Why it was entered by hand.")


class AttendanceRowInput(AttendanceUpdateInput):
    """One row of a bulk update."""

    schema_example: ClassVar[dict[str, Any]] = {
        "registration_uuid": REGISTRATION,
        "attended": True,
        "attendance_percent": 97,
    }

    registration_uuid = UUIDField(help_text="Whose attendance it is.")


class AttendanceBulkInput(serializers.Serializer[Any]):
    """At most 500 rows, all or none."""

    updates = serializers.ListField(child=AttendanceRowInput(), min_length=1, max_length=AT_MOST)


class CheckInInput(serializers.Serializer[Any]):
    """Where somebody checks in."""

    where = CharField(
        required=False, allow_blank=True, max_length=200, help_text="A room or an entrance, told at a second check-in."
    )


class CheckInByCodeInput(CheckInInput):
    code = CharField(
        max_length=300, help_text="What the QR code of the confirmation holds, or the code as it is printed."
    )
