"""What Zoom sends, for the schema; the view itself reads raw bytes."""

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, DictField


class ZoomWebhookInput(serializers.Serializer[Any]):
    """A delivery as Zoom signs it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "event": "meeting.participant_joined",
        "event_ts": 1804928472000,
        "payload": {"account_id": "Xk2vB9", "object": {"id": "84512345678"}},
    }

    event = CharField(max_length=100, help_text="Zoom's name for what happened.")
    event_ts = serializers.IntegerField(required=False, max_value=2**53, help_text="Milliseconds since 1970.")
    payload = DictField(required=False, max_length=100, help_text="What it is about, in Zoom's form.")
