"""When to remind."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UUIDField
from lyceum.core.api.inputs import Input
from lyceum.events.models.choices import ReminderType


class ReminderInput(Input):
    """A named moment, or a custom one some hours before the start (of the event, or of one session)."""

    schema_example: ClassVar[dict[str, Any]] = {"reminder_type": "custom", "send_hours_before": 72}

    reminder_type = serializers.ChoiceField(
        choices=ReminderType.choices, required=False, help_text="A usual moment, or `custom` with `send_hours_before`."
    )
    send_hours_before = serializers.DecimalField(
        6, 2, required=False, max_value=720, help_text="Hours before the start; 0.5 is half an hour."
    )
    session = UUIDField(required=False, allow_null=True, help_text="A session to remind of; null for the whole event.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        hours = attrs.get("send_hours_before")
        kind = attrs.get("reminder_type") or (ReminderType.CUSTOM if hours is not None else None)
        if kind is None:
            raise serializers.ValidationError({"reminder_type": ["Please say when to remind."]}, code="required")
        if kind == ReminderType.CUSTOM and hours is None:
            raise serializers.ValidationError({"send_hours_before": ["Please say how long before."]}, code="required")
        minutes = 0 if hours is None else int(hours * 60)
        if kind == ReminderType.CUSTOM and minutes < 1:
            raise serializers.ValidationError({"send_hours_before": ["A reminder comes at least a minute before."]})
        return {"reminder_type": kind, "minutes_before": minutes, "session_id": attrs.get("session")}
