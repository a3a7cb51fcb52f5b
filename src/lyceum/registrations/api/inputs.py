"""What the registration routes read."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import (
    CharField,
    DictField,
    EmailField,
    JSONField,
    ListField,
    MultilineField,
    NameField,
    UUIDField,
)
from lyceum.core.api.inputs import Input
from lyceum.core.api.schema_values import QUESTION
from lyceum.events.services.custom_fields import MOST_FIELDS
from lyceum.registrations.models.registration import NOTES_LENGTH
from lyceum.registrations.services.bulk_add import AT_MOST

# More than a row of the list has.
MOST_KEYS = 20


class PersonInput(Input):
    """What somebody says about themselves; see `PersonColumns`."""

    second_names: ClassVar[dict[str, str]] = {"full_name": "name"}

    name = NameField(
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
    custom_field_responses = DictField(
        required=False,
        allow_null=True,
        max_length=MOST_FIELDS,
        help_text="Answers to the event's questions: {field uuid: value}.",
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

    name = NameField(
        source="full_name",
        required=False,
        allow_blank=True,
        max_length=255,
        help_text="May be left out; it is asked for before a certificate is issued.",
    )
    email = EmailField()
    ticket_type = UUIDField(required=False, allow_null=True, help_text="The ticket type; the default one if absent.")
    custom_field_responses = DictField(required=False, allow_null=True, max_length=MOST_FIELDS)


class BulkAddInput(Input):
    """At most 500 people. Each row is checked, so that the refusal can name its index."""

    schema_example: ClassVar[dict[str, Any]] = {
        "registrations": [
            {"email": "jonas.berg@example.com", "name": "Jonas Berg"},
            {"email": "mei.tanaka@example.com", "name": "Mei Tanaka", "organization_name": "Kita Dental"},
        ],
        "send_confirmation": True,
    }

    registrations = ListField(
        child=JSONField(allow_null=True, max_length=MOST_KEYS),
        min_length=1,
        max_length=AT_MOST,
        help_text="Objects with `email`, and optionally `name`, `professional_title`, `organization_name`, "
        "`ticket_type`, `custom_field_responses`.",
    )
    send_confirmation = serializers.BooleanField(
        default=True, help_text="Whether to mail everybody who was added; who has an account is told in any case."
    )


class RegistrationPatchInput(Input):
    """Attendance by hand; `status`: no_show, and confirmed to take that back; notes; and a name that is missing."""

    second_names: ClassVar[dict[str, str]] = {"name": "full_name"}
    one_statement: ClassVar[tuple[frozenset[str], ...]] = (frozenset({"attended", "attendance_percent"}),)

    schema_example: ClassVar[dict[str, Any]] = {
        "attended": True,
        "attendance_percent": 97,
        "notes": "Joined by telephone.",
    }

    full_name = NameField(
        required=False, max_length=255, help_text="The name of somebody who has given none; it goes on the certificate."
    )
    attended = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text="Whether the person was there; null gives that back to what was recorded.",
    )
    attendance_percent = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="How much of the event the person attended.",
    )
    notes = MultilineField(
        required=False, allow_blank=True, max_length=NOTES_LENGTH, help_text="Your own words, which nobody else reads."
    )
    status = serializers.ChoiceField(
        choices=["no_show", "confirmed"], required=False, help_text="`no_show`, or `confirmed` to take that back."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"attended", "status", "notes", "full_name"} and (attrs or not self.restated):
            raise serializers.ValidationError({"attended": ["This field is required."]}, code="required")
        return attrs


class ConsentInput(Input):
    """What one can change of one's own registration."""

    schema_example: ClassVar[dict[str, Any]] = {"allow_public_verification": False}

    allow_public_verification = serializers.BooleanField(
        required=False, help_text="Whether whoever verifies the certificate sees the name and the event."
    )


class CancelInput(Input):
    """Why somebody cancels."""

    schema_example: ClassVar[dict[str, Any]] = {"reason": "I have to work that day."}
    reason = MultilineField(
        required=False, allow_blank=True, max_length=500, help_text="Why, in words for the other side."
    )


class NoShowInput(Input):
    """Whether somebody stayed away."""

    no_show = serializers.BooleanField(default=True, help_text="false takes it back.")
