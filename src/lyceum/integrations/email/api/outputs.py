"""What the mail provider gets back."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers


class EmailWebhookOutput(serializers.Serializer[Any]):
    """The receipt."""

    schema_example: ClassVar[dict[str, Any]] = {"status": "received"}
    status = serializers.CharField()
