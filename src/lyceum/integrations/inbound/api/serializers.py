"""What Zoom sends and gets back, for the schema; the view itself reads raw bytes."""

from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import CharField


class ZoomWebhookInput(serializers.Serializer[Any]):
    """A delivery as Zoom signs it."""

    event = CharField(max_length=100)
    event_ts = serializers.IntegerField(required=False, help_text="Milliseconds since 1970.")
    payload = serializers.DictField(required=False)


class ZoomWebhookOutput(serializers.Serializer[Any]):
    """`status` for a delivery; the token and its proof for `endpoint.url_validation`."""

    status = serializers.CharField(required=False)
    plainToken = serializers.CharField(required=False)  # noqa: N815 -- the name that Zoom reads
    encryptedToken = serializers.CharField(required=False)  # noqa: N815 -- the name that Zoom reads
