"""A session, as visitors and as its organizer see it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import SESSION
from lyceum.events.api.outputs.base import IdentifiedOutput


class PublicSessionOutput(IdentifiedOutput):
    """A session as visitors see it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": SESSION,
        "id": SESSION,
        "title": "Cleaning and sterilisation",
        "status": "scheduled",
    }
    title = serializers.CharField()
    description = serializers.CharField()
    speaker = serializers.CharField()
    room = serializers.CharField(
        source="public_room",
        help_text="The room. A link is never shown here, but to those with a seat when joining opens.",
    )
    session_number = serializers.IntegerField(help_text="Its number by time, from 1.")
    order = serializers.IntegerField(help_text="Its place in the order that the organizer chose.")
    is_implicit = serializers.BooleanField(
        help_text="Whether this is the only session, which follows the event's times."
    )
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    status = serializers.CharField(help_text="`scheduled`, `live`, `completed` or `cancelled`.")
    cpd_credit_value_override = serializers.DecimalField(
        5, 2, allow_null=True, help_text="Credits of this session; null where the event's are shared."
    )


class SessionOutput(PublicSessionOutput):
    """A session as its organizer sees it."""

    event = serializers.UUIDField(source="event_id")
    room = serializers.CharField(help_text="The room, as every visitor reads it.")
    room_or_link = serializers.CharField(source="room", help_text="The same as `room`; a link is in `zoom_join_url`.")
    actual_started_at = UtcDateTimeField(allow_null=True, help_text="When it was started.")
    actual_ended_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)
    cancellation_reason = serializers.CharField()
    zoom_enabled = serializers.BooleanField(source="online.enabled")
    zoom_meeting_id = serializers.CharField(source="online.number")
    zoom_join_url = serializers.CharField(source="online.join_url")
    zoom_host_url = serializers.CharField(
        source="online.host_url", help_text="The host's own address; never shown to others."
    )
    zoom_passcode = serializers.CharField(source="online.passcode")
    zoom_error = serializers.CharField(
        source="online.error", help_text="What is wrong with where it meets; blank if nothing."
    )
    zoom_rehearsed_at = UtcDateTimeField(
        source="online.rehearsed_at", allow_null=True, help_text="As the event's, for a meeting of the session's own."
    )
    minimum_attendance_percent = serializers.IntegerField(
        allow_null=True, help_text="Instead of the event's; null takes the event's."
    )
    attendance_count = serializers.IntegerField(help_text="How many attended.")
    settled_at = UtcDateTimeField(allow_null=True, help_text="When its attendance was decided.")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
