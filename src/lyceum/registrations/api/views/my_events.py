"""The events of one person: those they run and those they are registered for."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters import rest_framework as django_filters
from rest_framework import serializers
from rest_framework.response import Response

from lyceum.core.api.filters import FilterSet
from lyceum.core.api.views import ApiView, Audience
from lyceum.events.api.outputs import PublicEventOutput
from lyceum.events.models import Event
from lyceum.events.models.choices import EventFormat, EventStatus, EventType
from lyceum.registrations.selectors import events_of_person


class MyEventOutput(PublicEventOutput):
    """An event, and what the caller is in it: `attendee` with a registration, else `organizer`."""

    schema_example: ClassVar[dict[str, Any]] = {**PublicEventOutput.schema_example, "role": "attendee"}

    role = serializers.CharField(help_text="`attendee` with a registration, else `organizer`.")
    registration_uuid = serializers.UUIDField(source="own_registration_id", allow_null=True)
    registration_status = serializers.CharField(source="own_registration_status", allow_null=True)


class MyEventFilter(FilterSet):
    """`role`, and the event's state and kind."""

    role = django_filters.ChoiceFilter(
        choices=[("attendee", "attendee"), ("organizer", "organizer")], help_text="As what the person takes part."
    )
    status = django_filters.ChoiceFilter(choices=EventStatus.choices, help_text="The event's state.")
    event_type = django_filters.ChoiceFilter(choices=EventType.choices, help_text="The kind of event.")
    format = django_filters.ChoiceFilter(choices=EventFormat.choices, help_text="Where people meet.")

    class Meta:
        model = Event
        fields = ("status", "event_type", "format")


class MyEventsView(ApiView):
    """The events of the person who is signed in."""

    tag = "Your registrations"

    audience = Audience.USER
    scope = "registrations"
    output_serializer_class = MyEventOutput
    filterset_class = MyEventFilter
    search_fields = ("title",)
    ordering_fields = ("starts_at", "title")
    ordering = ("-starts_at",)
    list_verbs = ("get",)

    def get(self, request: Any) -> Response:
        """List the events that you run or are registered for.

        The latest come first; `role` narrows the list.
        """
        return self.page(events_of_person(self.actor))
