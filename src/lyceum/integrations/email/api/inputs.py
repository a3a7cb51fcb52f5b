"""What the mail provider sends."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class EmailWebhookInput(serializers.Serializer[Any]):
    """Whatever the provider sends, in its own form."""
