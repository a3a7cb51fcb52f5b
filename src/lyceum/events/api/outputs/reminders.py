"""A reminder, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.events.api.outputs.base import IdentifiedOutput
from lyceum.events.models import EventReminder


class ReminderOutput(IdentifiedOutput):
    """A reminder, and what became of it."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "pending", "sent": False, "sent_at": None}
    reminder_type = serializers.CharField()
    send_hours_before = serializers.SerializerMethodField()
    session = serializers.UUIDField(
        source="session_id", allow_null=True, help_text="The session that it reminds of; null for the whole event."
    )
    scheduled_for = UtcDateTimeField(help_text="When it is due; it moves with the event.")
    status = serializers.CharField(help_text="`pending`, `sent`, `skipped` or `cancelled`.")
    sent = serializers.BooleanField()
    sent_at = UtcDateTimeField(allow_null=True)
    recipient_count = serializers.IntegerField(help_text="How many people were mailed.")
    created_at = UtcDateTimeField()

    def get_send_hours_before(self, row: EventReminder) -> float:
        return row.minutes_before / 60
