"""What the registration routes read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import CharField, EmailField, UUIDField
from lyceum.registrations.services.bulk_add import AT_MOST


class PersonInput(serializers.Serializer[Any]):
    """What somebody says about themselves; see `PersonColumns`."""

    name = CharField(source="full_name", required=False, allow_blank=True, allow_null=True, max_length=255)
    professional_title = CharField(required=False, allow_blank=True, max_length=255)
    organization_name = CharField(required=False, allow_blank=True, max_length=255)


class RegisterInput(PersonInput):
    """A registration for oneself: a guest gives email and name, an account needs neither."""

    # Null is missing, which is for the service to name: only a guest needs these.
    email = EmailField(required=False, allow_blank=True, allow_null=True)
    ticket_type = UUIDField(required=False, allow_null=True)
    custom_field_responses = serializers.DictField(
        required=False, allow_null=True, help_text="Answers to the event's questions: {field uuid: value}."
    )
    allow_public_verification = serializers.BooleanField(default=True)
    invitation_token = CharField(required=False, allow_blank=True, max_length=100)
    discount_code = CharField(required=False, allow_blank=True, max_length=50)

    def validate_discount_code(self, value: str) -> str:
        if value:
            raise serializers.ValidationError("This event takes no discount codes. Please leave this out.")
        return value


class NewcomerInput(PersonInput):
    """One person that an organizer adds."""

    name = CharField(source="full_name", required=False, allow_blank=True, max_length=255)
    email = EmailField()
    ticket_type = UUIDField(required=False, allow_null=True)
    custom_field_responses = serializers.DictField(required=False, allow_null=True)


class BulkAddInput(serializers.Serializer[Any]):
    """At most 500 people. Each row is checked, so that the refusal can name its index."""

    registrations = serializers.ListField(
        child=serializers.JSONField(allow_null=True), min_length=1, max_length=AT_MOST
    )
    send_confirmation = serializers.BooleanField(default=True)


class RegistrationPatchInput(serializers.Serializer[Any]):
    """Attendance by hand, or `status` alone: no_show, and confirmed to take that back."""

    attended = serializers.BooleanField(required=False, allow_null=True)
    attendance_percent = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    notes = CharField(required=False, allow_blank=True, max_length=500)
    status = serializers.ChoiceField(choices=["no_show", "confirmed"], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("attended") is None and "status" not in attrs:
            raise serializers.ValidationError({"attended": ["This field is required."]}, code="required")
        return attrs


class CancelInput(serializers.Serializer[Any]):
    reason = CharField(required=False, allow_blank=True, max_length=500)


class NoShowInput(serializers.Serializer[Any]):
    no_show = serializers.BooleanField(default=True)
