"""What the registration routes read."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, EmailField, UUIDField
from lyceum.core.api.schema_values import QUESTION
from lyceum.registrations.services.bulk_add import AT_MOST


class PersonInput(serializers.Serializer[Any]):
    """What somebody says about themselves; see `PersonColumns`."""

    name = CharField(
        source="full_name",
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=255,
        help_text="A guest's name; with an account it may be left out.",
    )
    professional_title = CharField(required=False, allow_blank=True, max_length=255)
    organization_name = CharField(required=False, allow_blank=True, max_length=255)


class RegisterInput(PersonInput):
    """A registration for oneself: a guest gives email and name, an account needs neither."""

    schema_example: ClassVar[dict[str, Any]] = {
        "email": "jonas.berg@example.com",
        "name": "Jonas Berg",
        "organization_name": "Harbour Dental Clinic",
        "custom_field_responses": {QUESTION: "Handpieces and scalers"},
        "allow_public_verification": True,
    }

    # Null is missing, which is for the service to name: only a guest needs these.
    email = EmailField(
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="A guest's address; with an account it may be left out.",
    )
    ticket_type = UUIDField(required=False, allow_null=True, help_text="The ticket type; the default one if absent.")
    custom_field_responses = serializers.DictField(
        required=False, allow_null=True, help_text="Answers to the event's questions: {field uuid: value}."
    )
    allow_public_verification = serializers.BooleanField(
        default=True, help_text="Whether whoever verifies the certificate sees the name and the event."
    )
    invitation_token = CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="The secret of an invitation; a private event needs it.",
    )
    discount_code = CharField(required=False, allow_blank=True, max_length=50, help_text="Not taken yet; leave it out.")

    def validate_discount_code(self, value: str) -> str:
        if value:
            raise serializers.ValidationError("This event takes no discount codes. Please leave this out.")
        return value


class NewcomerInput(PersonInput):
    """One person that an organizer adds."""

    name = CharField(
        source="full_name",
        required=False,
        allow_blank=True,
        max_length=255,
        help_text="May be left out; it is asked for before a certificate is issued.",
    )
    email = EmailField()
    ticket_type = UUIDField(required=False, allow_null=True, help_text="The ticket type; the default one if absent.")
    custom_field_responses = serializers.DictField(required=False, allow_null=True)


class BulkAddInput(serializers.Serializer[Any]):
    """At most 500 people. Each row is checked, so that the refusal can name its index."""

    schema_example: ClassVar[dict[str, Any]] = {
        "registrations": [
            {"email": "jonas.berg@example.com", "name": "Jonas Berg"},
            {"email": "mei.tanaka@example.com", "name": "Mei Tanaka", "organization_name": "Kita Dental"},
        ],
        "send_confirmation": True,
    }

    registrations = serializers.ListField(
        child=serializers.JSONField(allow_null=True),
        min_length=1,
        max_length=AT_MOST,
        help_text="Objects with `email`, and optionally `name`, `professional_title`, `organization_name`, "
        "`ticket_type`, `custom_field_responses`.",
    )
    send_confirmation = serializers.BooleanField(default=True, help_text="Whether to mail everybody who was added.")


class RegistrationPatchInput(serializers.Serializer[Any]):
    """Attendance by hand, or `status` alone: no_show, and confirmed to take that back."""

    schema_example: ClassVar[dict[str, Any]] = {
        "attended": True,
        "attendance_percent": 97,
        "notes": "Joined by telephone.",
    }

    attended = serializers.BooleanField(required=False, allow_null=True, help_text="Whether the person was there.")
    attendance_percent = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="How much of the event the person attended.",
    )
    notes = CharField(required=False, allow_blank=True, max_length=500, help_text="Why it was entered by hand.")
    status = serializers.ChoiceField(
        choices=["no_show", "confirmed"], required=False, help_text="`no_show`, or `confirmed` to take that back."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("attended") is None and "status" not in attrs:
            raise serializers.ValidationError({"attended": ["This field is required."]}, code="required")
        return attrs


class CancelInput(serializers.Serializer[Any]):
    """Why somebody cancels."""

    schema_example: ClassVar[dict[str, Any]] = {"reason": "I have to work that day."}
    reason = CharField(required=False, allow_blank=True, max_length=500, help_text="Why, in words for the other side.")


class NoShowInput(serializers.Serializer[Any]):
    """Whether somebody stayed away."""

    no_show = serializers.BooleanField(default=True, help_text="false takes it back.")
