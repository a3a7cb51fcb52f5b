"""Whom to invite."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import EmailField, ListField, NameField
from lyceum.core.api.inputs import Input
from lyceum.events.services.invitations import MOST_AT_ONCE


class InvitationPersonInput(Input):
    """Somebody to invite."""

    email = EmailField()
    full_name = NameField(max_length=255, required=False, allow_blank=True, default="")


class InvitationsInput(Input):
    """Addresses as `emails`, or with names as `people`; at most 500 in all."""

    schema_example: ClassVar[dict[str, Any]] = {
        "people": [{"email": "mei.tanaka@example.com", "full_name": "Mei Tanaka"}],
        "send_immediately": True,
    }

    emails = ListField(
        child=EmailField(), required=False, max_length=MOST_AT_ONCE, help_text="Addresses without names."
    )
    people = InvitationPersonInput(  # type: ignore[call-arg]  # the stubs don't know what many=True takes
        many=True, required=False, max_length=MOST_AT_ONCE, help_text="Addresses with names."
    )
    send_immediately = serializers.BooleanField(
        required=False, default=False, help_text="Whether to mail the invitations now."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        people = [(email, "") for email in attrs.get("emails", [])]
        people += [(row["email"], row["full_name"]) for row in attrs.get("people", [])]
        if not people:
            raise serializers.ValidationError({"emails": ["Please name at least one address."]}, code="required")
        if len(people) > MOST_AT_ONCE:
            raise serializers.ValidationError({"emails": [f"At most {MOST_AT_ONCE} addresses at once, please."]})
        return {"people": people, "send_immediately": attrs["send_immediately"]}
