"""An event, as visitors see it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lyceum.core.api.schema_values import ORGANIZER
from lyceum.events.api.outputs.custom_fields import CustomFieldOutput
from lyceum.events.api.outputs.event_base import EventBaseOutput
from lyceum.events.api.outputs.sessions import PublicSessionOutput
from lyceum.events.api.outputs.ticket_types import PublicTicketTypeOutput
from lyceum.events.models import Event, registration_closed_reason


class EventOrganizerOutput(serializers.Serializer[Any]):
    """Who runs an event, as visitors know them."""

    schema_example: ClassVar[dict[str, Any]] = {
        "id": ORGANIZER,
        "uuid": ORGANIZER,
        "display_name": "Northern Dental Academy",
    }
    id = serializers.UUIDField(allow_null=True, help_text="The same as `uuid`.")
    uuid = serializers.UUIDField(allow_null=True, help_text="Null where the organizer's page is not public.")
    display_name = serializers.CharField(help_text="The name that the organizer shows in public.")


class PublicEventOutput(EventBaseOutput):
    """An event in the public list."""

    organizer = serializers.SerializerMethodField()
    organizer_name = serializers.CharField(source="owner.public_organizer_name")
    organizer_uuid = serializers.SerializerMethodField(help_text="Null where the organizer's page is not public.")

    @extend_schema_field(EventOrganizerOutput)
    def get_organizer(self, event: Event) -> dict[str, Any]:
        known = self.get_organizer_uuid(event)
        return {"id": known, "uuid": known, "display_name": event.owner.public_organizer_name}

    def get_organizer_uuid(self, event: Event) -> str | None:
        return str(event.owner_id) if event.owner.is_organizer_profile_public else None


class PublicEventDetailOutput(PublicEventOutput):
    """An event as a visitor reads it; where it meets online is for those who registered."""

    registration_closed_reason = serializers.SerializerMethodField(
        help_text="Why one can't register; null while one can."
    )
    cpd_accreditation_note = serializers.CharField()
    certificates_enabled = serializers.BooleanField()
    minimum_attendance_percent = serializers.IntegerField()
    event_format = serializers.CharField()
    attendance_requirement = serializers.CharField()
    cancellation_reason = serializers.CharField()
    waitlist_count = serializers.IntegerField()
    custom_fields = CustomFieldOutput(source="active_fields", many=True)
    sessions = PublicSessionOutput(source="sessions.all", many=True)
    ticket_types = serializers.SerializerMethodField()
    calendar_url = serializers.SerializerMethodField(help_text="The event's calendar file.")

    def get_registration_closed_reason(self, event: Event) -> str | None:
        return registration_closed_reason(event, self.context["at"])

    def get_ticket_types(self, event: Event) -> list[dict[str, Any]]:
        active = [ticket for ticket in event.ticket_types.all() if ticket.is_active]
        return list(PublicTicketTypeOutput(active, many=True).data)

    def get_calendar_url(self, event: Event) -> str:
        return f"/api/v1/public/events/{event.pk}/calendar.ics"
