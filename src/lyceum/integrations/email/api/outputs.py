"""What the mail provider gets back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class EmailWebhookOutput(serializers.Serializer[Any]):
    status = serializers.CharField()
