"""What the mail provider sends."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers


class EmailWebhookInput(serializers.Serializer[Any]):
    """Whatever the provider sends, in its own form."""

    schema_example: ClassVar[dict[str, Any]] = {
        "RecordType": "Delivery",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    }
