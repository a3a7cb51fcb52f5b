"""What the answers of several resources share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class IdentifiedOutput(serializers.Serializer[Any]):
    """Anything with an identifier, under both names."""

    uuid = serializers.UUIDField(read_only=True, help_text="The identifier, a UUID version 7.")
    id = serializers.UUIDField(read_only=True, help_text="The same as `uuid`.")
