"""Serializer fields for what only events have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField


class EventTimeField(UtcDateTimeField):
    """Reads a moment with its offset, or a wall-clock time without one, which stays naive for the verb to place."""

    def enforce_timezone(self, value: datetime) -> datetime:
        return value


class TagsField(serializers.ListField):
    """Short words, each once."""

    child = serializers.CharField(max_length=50)

    def to_internal_value(self, data: Any) -> list[str]:
        tags: list[str] = super().to_internal_value(data)
        return list({tag.casefold(): tag for tag in tags}.values())
