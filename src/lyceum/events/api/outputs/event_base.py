"""What everybody sees of an event. Visitors and the owner get different classes, not one with exceptions."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from lyceum.core.api.fields import MoneyField, UtcDateTimeField
from lyceum.core.files.storage import signed_link
from lyceum.events.api.outputs.base import IdentifiedOutput
from lyceum.events.models import Event, can_register, registration_closed_reason

COVER_LINK_SECONDS = 7 * 86400


class EventBaseOutput(IdentifiedOutput):
    """What everybody sees of an event."""

    schema_example: ClassVar[dict[str, Any]] = {
        "status": "published",
        "is_registration_open": True,
        "can_register": True,
    }

    title = serializers.CharField()
    slug = serializers.CharField(help_text="The readable part of the event's address.")
    short_description = serializers.CharField(help_text="What it is about in one or two lines; may be blank.")
    description = serializers.CharField()
    event_type = serializers.CharField()
    category = serializers.CharField(source="event_type", help_text="The same as `event_type`.")
    format = serializers.CharField()
    location = serializers.CharField(source="public_location", help_text="Where it is; no link is ever shown here.")
    visibility = serializers.CharField(help_text="`public`, `unlisted` or `private`.")
    status = serializers.CharField(help_text="`draft`, `published`, `live`, `completed`, `closed` or `cancelled`.")
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    duration_minutes = serializers.IntegerField()
    is_multi_session = serializers.BooleanField(help_text="Whether it has more than one session.")
    timezone = serializers.CharField(help_text="The zone in which the event's times are printed.")
    price = MoneyField(minor="price_minor")
    currency = serializers.CharField()
    is_free = serializers.BooleanField()
    capacity = serializers.IntegerField(allow_null=True, help_text="How many seats there are; null for no limit.")
    max_attendees = serializers.IntegerField(source="capacity", allow_null=True, help_text="The same as `capacity`.")
    attendees_count = serializers.IntegerField(source="registration_count", help_text="How many have a seat.")
    available_spots = serializers.IntegerField(allow_null=True, help_text="How many seats are free; null for no limit.")
    spots_remaining = serializers.IntegerField(allow_null=True, help_text="The same, shown only at 20 or fewer.")
    registration_enabled = serializers.BooleanField()
    registration_deadline = UtcDateTimeField(allow_null=True)
    waitlist_enabled = serializers.BooleanField()
    is_registration_open = serializers.SerializerMethodField(help_text="Whether registration is open now.")
    can_register = serializers.SerializerMethodField(
        help_text="Whether registering now gives a seat or a position on the waiting list."
    )
    cpd_enabled = serializers.BooleanField()
    cpd_credit_type = serializers.CharField()
    cpd_credit_value = serializers.DecimalField(5, 2, allow_null=True)
    skill_tags = serializers.ListField(child=serializers.CharField())
    cover_image = serializers.SerializerMethodField(help_text="A signed link that expires.")

    def get_is_registration_open(self, event: Event) -> bool:
        return registration_closed_reason(event, self.context["at"]) is None

    def get_can_register(self, event: Event) -> bool:
        return can_register(event, self.context["at"])

    def get_cover_image(self, event: Event) -> str | None:
        if not event.cover_image:
            return None
        return signed_link(event.cover_image, filename="cover", seconds=COVER_LINK_SECONDS, inline=True)
