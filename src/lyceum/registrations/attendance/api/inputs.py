"""What the attendance routes read."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, ListField, MultilineField, UUIDField
from lyceum.core.api.inputs import Input
from lyceum.core.api.schema_values import REGISTRATION
from lyceum.registrations.services.bulk_add import AT_MOST


class OverrideInput(Input):
    """`eligible` null gives the decision back to the rules; otherwise `reason` says why."""

    schema_example: ClassVar[dict[str, Any]] = {"eligible": True, "reason": "The line failed; Jonas was in the room."}

    eligible = serializers.BooleanField(
        allow_null=True, help_text="Whether the person attended; null gives the decision back to the rules."
    )
    reason = MultilineField(
        required=False, allow_blank=True, allow_null=True, max_length=500, help_text="Why; required with a decision."
    )


class SessionOverrideInput(Input):
    """`attended` null gives the session back to the minutes; otherwise `reason` says why."""

    second_names: ClassVar[dict[str, str]] = {"eligible": "attended"}
    schema_example: ClassVar[dict[str, Any]] = {"attended": True, "reason": "Signed the list at the door."}

    attended = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether the person attended the session; null takes that back."
    )
    reason = MultilineField(
        required=False, allow_blank=True, allow_null=True, max_length=500, help_text="Why; required with a decision."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for a decision, under either name."""
        if "attended" not in attrs:
            raise serializers.ValidationError({"attended": ["This field is required."]}, code="required")
        return {"attended": attrs["attended"], "reason": attrs.get("reason") or ""}


class MatchInput(Input):
    """`registration_uuid` null takes a match back."""

    registration_uuid = UUIDField(allow_null=True, help_text="Where the interval belongs; null takes a match back.")


class AttendanceUpdateInput(Input):
    """What an organizer enters by hand; `notes` says why."""

    schema_example: ClassVar[dict[str, Any]] = {
        "attended": True,
        "attendance_percent": 97,
        "notes": "Joined by telephone.",
    }

    attended = serializers.BooleanField(
        allow_null=True, help_text="Whether the person was there; null gives that back to what was recorded."
    )
    attendance_percent = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="How much of the event the person attended.",
    )
    notes = MultilineField(required=False, allow_blank=True, max_length=500, help_text="Why it was entered by hand.")


class AttendanceRowInput(AttendanceUpdateInput):
    """One row of a bulk update."""

    schema_example: ClassVar[dict[str, Any]] = {
        "registration_uuid": REGISTRATION,
        "attended": True,
        "attendance_percent": 97,
    }

    registration_uuid = UUIDField(help_text="Whose attendance it is.")


class AttendanceBulkInput(Input):
    """At most 500 rows, all or none."""

    updates = ListField(child=AttendanceRowInput(), min_length=1, max_length=AT_MOST)


class CheckInInput(Input):
    """Where somebody checks in."""

    where = CharField(
        required=False, allow_blank=True, max_length=200, help_text="A room or an entrance, told at a second check-in."
    )


class CheckOutByCodeInput(Input):
    """Whose code it is."""

    code = CharField(
        max_length=300, help_text="What the QR code of the confirmation holds, or the code as it is printed."
    )


class CheckInByCodeInput(CheckInInput):
    code = CharField(
        max_length=300, help_text="What the QR code of the confirmation holds, or the code as it is printed."
    )
