"""What Zoom sends, for the schema; the view itself reads raw bytes."""

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import CharField


class ZoomWebhookInput(serializers.Serializer[Any]):
    """A delivery as Zoom signs it."""

    event = CharField(max_length=100)
    event_ts = serializers.IntegerField(required=False, help_text="Milliseconds since 1970.")
    payload = serializers.DictField(required=False)
