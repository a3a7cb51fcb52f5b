"""A ticket type, as visitors and as its organizer see it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import MoneyField, UtcDateTimeField
from lyceum.core.api.schema_values import TICKET_TYPE
from lyceum.events.api.outputs.base import IdentifiedOutput


class PublicTicketTypeOutput(IdentifiedOutput):
    """A ticket type as visitors see it."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": TICKET_TYPE,
        "id": TICKET_TYPE,
        "description": "A seat at the workshop.",
    }
    name = serializers.CharField()
    description = serializers.CharField()
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_default = serializers.BooleanField(help_text="Whether this is taken by who chooses none.")
    order = serializers.IntegerField()


class TicketTypeOutput(PublicTicketTypeOutput):
    """A ticket type as its organizer sees it."""

    event = serializers.UUIDField(source="event_id")
    quantity = serializers.IntegerField(allow_null=True, help_text="How many there are; null for no limit of its own.")
    sold = serializers.IntegerField(help_text="How many are taken.")
    remaining = serializers.IntegerField(allow_null=True, help_text="How many are left; null for no limit.")
    is_active = serializers.BooleanField()
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
