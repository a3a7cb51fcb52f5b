"""An invitation, and what came of inviting."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.events.api.outputs.base import IdentifiedOutput


class InvitationOutput(IdentifiedOutput):
    """An invitation, and what became of it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "status": "sent",
        "queued_at": "2027-02-01T09:00:00Z",
        "sent_at": "2027-02-01T09:00:04Z",
        "registered_at": None,
        "registration_uuid": None,
    }
    email = serializers.CharField()
    full_name = serializers.CharField()
    source = serializers.CharField(help_text="How it came: `manual`, `csv` or `contact_list`.")  # type: ignore[assignment]  # a key of the JSON
    status = serializers.CharField(help_text="`pending`, `sent`, `delivered`, `opened`, `registered` or `bounced`.")
    invited_by = serializers.UUIDField(source="invited_by_id", allow_null=True)
    queued_at = UtcDateTimeField(allow_null=True, help_text="When its mail was ordered.")
    sent_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True, help_text="When its link was first followed.")
    registered_at = UtcDateTimeField(allow_null=True)
    registration_uuid = serializers.UUIDField(
        source="registration_id", allow_null=True, help_text="The registration that came of it."
    )
    created_at = UtcDateTimeField()


class SkippedInvitationOutput(serializers.Serializer[Any]):
    """An address that was not invited, and why."""

    schema_example: ClassVar[dict[str, Any]] = {"email": "mei.tanaka@example.com", "reason": "already_invited"}
    email = serializers.CharField()
    reason = serializers.CharField()


class InvitingOutput(serializers.Serializer[Any]):
    """What came of inviting."""

    created = serializers.SerializerMethodField(help_text="How many are new.")
    skipped = serializers.SerializerMethodField(help_text="How many addresses were left out.")
    queued = serializers.IntegerField(help_text="How many mails are on their way.")
    skipped_emails = SkippedInvitationOutput(source="skipped", many=True)
    invitations = InvitationOutput(source="created", many=True)

    def get_created(self, result: Any) -> int:
        return len(result.created)

    def get_skipped(self, result: Any) -> int:
        return len(result.skipped)


class QueuedOutput(serializers.Serializer[Any]):
    """How many mails are on their way."""

    queued = serializers.IntegerField(help_text="How many mails are on their way.")
