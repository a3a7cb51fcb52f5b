"""The events of one person: those they run and those they are registered for."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters import rest_framework as django_filters
from rest_framework import serializers
from rest_framework.response import Response

from lyceum.core.api.filters import asked_yes
from lyceum.core.api.views import ApiView, Audience
from lyceum.events.api.filters import OwnEventFilters
from lyceum.events.api.outputs.public_events import PublicEventOutput
from lyceum.registrations.selectors import events_of_person


class MyEventOutput(PublicEventOutput):
    """An event, and what the caller is in it: `attendee` with a registration, else `organizer`."""

    schema_example: ClassVar[dict[str, Any]] = {**PublicEventOutput.schema_example, "role": "attendee"}

    role = serializers.CharField(help_text="`attendee` with a registration, else `organizer`.")
    registration_uuid = serializers.UUIDField(source="own_registration_id", allow_null=True)
    registration_status = serializers.CharField(source="own_registration_status", allow_null=True)


class MyEventFilter(OwnEventFilters):
    """The filters of an organizer's own list, and `role`."""

    role = django_filters.ChoiceFilter(
        choices=[("attendee", "attendee"), ("organizer", "organizer")], help_text="As what the person takes part."
    )


class MyEventsView(ApiView):
    """The events of the person who is signed in."""

    tag = "Your registrations"

    audience = Audience.USER
    scope = "registrations"
    output_serializer_class = MyEventOutput
    filterset_class = MyEventFilter
    ordering_fields = ("starts_at", "created_at", "title")
    ordering = ("-starts_at",)
    list_verbs = ("get",)

    def get(self, request: Any) -> Response:
        """List the events that you run or are registered for.

        The latest come first; `role` narrows the list, and so does each filter of an organizer's own list.
        """
        include = asked_yes(self.request, "include_deleted")
        return self.page(events_of_person(self.actor, include_deleted=include))
