"""What has happened to an event, and the mails about it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.events.api.outputs.base import IdentifiedOutput
from lyceum.events.models import EventStatusHistory


class StatusHistoryOutput(serializers.ModelSerializer[EventStatusHistory]):
    """One change of an event's state."""

    uuid = serializers.UUIDField(read_only=True)
    id = serializers.UUIDField(read_only=True)
    changed_by = serializers.UUIDField(
        source="changed_by_id", allow_null=True, help_text="Who changed it; null for Lyceum itself."
    )
    changed_by_name = serializers.SerializerMethodField()
    created_at = UtcDateTimeField(source="changed_at")

    class Meta:
        model = EventStatusHistory
        fields = (
            "uuid", "id", "from_status", "to_status", "changed_by", "changed_by_name", "reason", "created_at",
        )  # fmt: skip

    def get_changed_by_name(self, row: EventStatusHistory) -> str:
        return row.changed_by.full_name if row.changed_by else "Lyceum"


class EmailOutput(IdentifiedOutput):
    """One mail of the event; its text is not kept."""

    schema_example: ClassVar[dict[str, Any]] = {
        "kind": "registration_confirmed",
        "status": "delivered",
        "queued_at": "2027-02-02T10:41:30Z",
        "sent_at": "2027-02-02T10:41:31Z",
        "delivered_at": "2027-02-02T10:41:33Z",
    }

    kind = serializers.CharField(help_text="What the mail is about.")
    recipient_email = serializers.CharField()
    recipient_name = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.CharField(help_text="What became of it.")
    attempts = serializers.IntegerField(help_text="How often sending was tried.")
    queued_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    delivered_at = UtcDateTimeField(allow_null=True)
    opened_at = UtcDateTimeField(allow_null=True)
    bounced_at = UtcDateTimeField(allow_null=True)
    failed_at = UtcDateTimeField(allow_null=True)
    error_code = serializers.CharField(help_text="Why it failed; blank if it did not.")
