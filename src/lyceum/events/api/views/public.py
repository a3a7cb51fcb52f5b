"""What visitors read: the list, one event, calendars."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.api.filters import refuse_nul
from lyceum.core.api.views import ApiView, ApiViewSet, Audience
from lyceum.core.http.public_answers import keep_answer
from lyceum.core.public_changes import LISTS
from lyceum.events.api.filters import PublicEventFilters
from lyceum.events.api.outputs.public_events import PublicEventDetailOutput, PublicEventOutput
from lyceum.events.models import Event
from lyceum.events.rules.calendar_feed import calendar_of
from lyceum.events.selectors import (
    find_invitation,
    find_public_event,
    get_public_organizer,
    organizer_calendar,
    public_events,
    summarise,
)
from lyceum.events.services.invitations import mark_invitation_opened

CALENDAR_TYPE = "text/calendar; charset=utf-8"
TOKEN = OpenApiParameter("token", description="The secret of a mailed invitation, for a private event.")
FACETS = {
    "event_type": [{"value": "workshop", "count": 1}],
    "format": [{"value": "online", "count": 1}],
    "price": [{"value": "free", "count": 1}],
    "cpd_type": [{"value": "CPD", "count": 1}],
}
KEY = {"key": "The event's id or its slug."}
PAGING = frozenset({"page", "page_size", "ordering", "cursor"})


class PublicEventViewSet(ApiViewSet):
    """Events as visitors see them. Public events are listed; unlisted ones are found by their link; private ones
    need the `token` of an invitation.
    """

    tag = "Public events"
    schema_examples = {"list": {"facets": FACETS}}
    schema_path_words = KEY

    audience = Audience.ANYONE
    scope = "events"
    throttle_scope_name = "public_read"
    output_serializer_class = PublicEventDetailOutput
    output_serializers = {"list": PublicEventOutput}
    filterset_class = PublicEventFilters
    ordering_fields = ["starts_at"]
    ordering = ["starts_at"]
    schema_parameters = {"retrieve": [TOKEN], "retrieve_by_slug": [TOKEN]}
    public_reads = {
        "list": PAGING | frozenset(PublicEventFilters.base_filters),
        "retrieve": frozenset(),
        "retrieve_by_slug": frozenset(),
    }

    def get_queryset(self) -> QuerySet[Event]:
        return public_events(self.at)

    def list(self, request: Request) -> Response:
        """List public events to come.

        The soonest come first. `facets` counts the filtered list by type, format, price and type of credits; it and
        `count` may be a minute old.
        """
        response = self.page(self.get_queryset())
        response.data["facets"] = self._summary["facets"]
        keep_answer(request, LISTS)
        return response

    def known_count(self, queryset: Any) -> int | None:
        """Count at most once a minute for each set of filters; the facets come from the same query."""
        asked = sorted((name, value) for name, value in self.request.query_params.items() if name not in PAGING)
        self._summary = summarise(queryset, key=repr(asked))
        return int(self._summary["count"])

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a published event by its uuid or slug."""
        refuse_nul(request)
        token = visitor_token(request)
        event = find_public_event(self.kwargs["key"], actor=self.actor, at=self.at, token=token, details=True)
        if token and (invitation := find_invitation(event.pk, token)):
            mark_invitation_opened(invitation_id=invitation.pk, at=self.at)
        keep_answer(request, event.pk, event.owner_id)
        return self.answer(event)

    def retrieve_by_slug(self, request: Request, **kwargs: Any) -> Response:
        """Get a published event by its slug."""
        return self.retrieve(request, **kwargs)


class EventCalendarView(ApiView):
    """An event's sessions as an iCalendar file, to import into a calendar."""

    tag = "Public events"

    audience = Audience.ANYONE
    scope = "events"
    throttle_scope_name = "public_read"
    schema_parameters = {"get": [TOKEN]}
    schema_path_words = KEY
    schema_media_types = {"get": ("text/calendar",)}
    schema_answers = {"get": {200: OpenApiResponse(OpenApiTypes.STR, description="An iCalendar file.")}}
    public_reads = {"get": frozenset()}

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Download an event's calendar file."""
        token = visitor_token(request)
        event = find_public_event(self.kwargs["key"], actor=self.actor, at=self.at, token=token, details=True)
        content = calendar_of([event], name=event.title, at=self.at)
        keep_answer(request, event.pk, event.owner_id)
        return calendar_response(content, filename=f"{event.slug}.ics")


class OrganizerCalendarView(ApiView):
    """An organizer's public events as an iCalendar file, to subscribe to."""

    tag = "Public events"

    audience = Audience.ANYONE
    scope = "events"
    throttle_scope_name = "public_read"
    schema_media_types = {"get": ("text/calendar",)}
    schema_answers = {"get": {200: OpenApiResponse(OpenApiTypes.STR, description="An iCalendar file.")}}
    public_reads = {"get": frozenset()}

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Download an organizer's calendar file.

        It holds the sessions of recent events and of those to come.
        """
        organizer = get_public_organizer(self.path_id())
        events = organizer_calendar(organizer.pk, self.at)
        content = calendar_of(events, name=organizer.public_organizer_name, at=self.at)
        keep_answer(request, LISTS, organizer.pk)
        return calendar_response(content, filename="events.ics")


def visitor_token(request: Request) -> str:
    """Return the invitation's secret from the query, cut to what one can be."""
    return (request.query_params.get("token") or request.query_params.get("invitation") or "")[:200]


def calendar_response(content: bytes, *, filename: str) -> HttpResponse:
    """Return a calendar as a download."""
    response = HttpResponse(content, content_type=CALENDAR_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
