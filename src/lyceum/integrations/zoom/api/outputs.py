"""What Zoom gets back."""

from typing import Any, ClassVar

from rest_framework import serializers


class ZoomWebhookOutput(serializers.Serializer[Any]):
    """`status` for a delivery; the token and its proof for `endpoint.url_validation`."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "received", "plainToken": ..., "encryptedToken": ...}

    status = serializers.CharField(required=False)
    plainToken = serializers.CharField(required=False)  # noqa: N815 -- the name that Zoom reads
    encryptedToken = serializers.CharField(required=False)  # noqa: N815 -- the name that Zoom reads
