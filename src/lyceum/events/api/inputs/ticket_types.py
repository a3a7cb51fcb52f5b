"""A ticket type, as it is made or changed."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import CharField, MultilineField
from lyceum.core.api.inputs import Input
from lyceum.events.api.fields import CurrencyField


class TicketTypeInput(Input):
    """A price and a quantity within an event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "name": "Students",
        "description": "With a student card.",
        "quantity": 10,
        "is_active": True,
    }
    name = CharField(max_length=100)
    description = MultilineField(max_length=500, required=False, allow_blank=True)
    price = serializers.DecimalField(12, 3, min_value=0, required=False, help_text="In major units, such as 89.99.")
    currency = CurrencyField(max_length=3, required=False)
    quantity = serializers.IntegerField(
        min_value=1,
        max_value=10000,
        required=False,
        allow_null=True,
        help_text="How many there are; null for as many as the event has seats.",
    )
    is_active = serializers.BooleanField(required=False, help_text="Whether it can be chosen.")
    order = serializers.IntegerField(
        min_value=0, max_value=10000, required=False, help_text="Where it stands; lower numbers come first."
    )
