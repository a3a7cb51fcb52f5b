"""An organizer's own events."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.api.filters import asked_yes
from lyceum.core.errors import EmailNotVerified, InvalidState
from lyceum.core.exports.tables import CONTENT_TYPES, stream_table
from lyceum.core.http.rendering import JSONParser
from lyceum.events.api.filters import OwnEventFilters
from lyceum.events.api.inputs.events import DuplicateInput, EventInput, ImageInput, NewEventInput
from lyceum.events.api.outputs.events import EventOutput, EventRowOutput
from lyceum.events.api.outputs.history import EmailOutput, StatusHistoryOutput
from lyceum.events.api.views.base import OwnEventViewSet
from lyceum.events.errors import CapacityBelowSeats, FieldHasAnswers, LastSession, MeetingClaimed, SessionInUse
from lyceum.events.models import Event
from lyceum.events.selectors import events_of, get_managed_event
from lyceum.events.services.cover_image import COVER_BYTES, remove_cover_image, set_cover_image
from lyceum.events.services.create_event import create_event
from lyceum.events.services.delete_event import delete_event, restore_event
from lyceum.events.services.duplicate_event import duplicate_event
from lyceum.events.services.update_event import update_event
from lyceum.integrations.email.selectors import mails_about_event

EXPORT_COLUMNS = (
    "id", "title", "slug", "status", "event_type", "format", "visibility", "starts_at", "ends_at", "timezone",
    "capacity", "registration_count", "waitlist_count", "attendance_count", "certificate_count",
)  # fmt: skip
EDIT_REFUSALS = (InvalidState, CapacityBelowSeats, FieldHasAnswers, LastSession, MeetingClaimed, SessionInUse)
DRAFT = {"status": "draft", "published_at": None, "is_registration_open": False, "can_register": False}


class EventViewSet(OwnEventViewSet):
    """An organizer's own events. Somebody else's event answers 404."""

    tag = "Events"
    schema_examples = dict.fromkeys(("create", "duplicate", "restore"), DRAFT)

    output_serializer_class = EventOutput
    output_serializers = {"list": EventRowOutput, "destroy": None, "export": None}
    input_serializers = {
        "create": NewEventInput,
        "update": EventInput,
        "partial_update": EventInput,
        "duplicate": DuplicateInput,
    }
    refusals = {
        "create": (EmailNotVerified, MeetingClaimed),
        "duplicate": (EmailNotVerified,),
        "update": EDIT_REFUSALS,
        "partial_update": EDIT_REFUSALS,
        "destroy": (InvalidState,),
        "restore": (InvalidState,),
    }
    success_statuses = {"duplicate": 201}
    schema_parameters = {
        "export": [OpenApiParameter("export_format", enum=["csv", "xlsx"], description="csv unless given.")],
        "retrieve": [OpenApiParameter("include_deleted", OpenApiTypes.BOOL, description="true: a deleted draft too.")],
    }
    schema_media_types = {"export": tuple(media.partition(";")[0] for media in CONTENT_TYPES.values())}
    schema_answers = {"export": {200: OpenApiResponse(OpenApiTypes.BINARY, description="The table.")}}
    filterset_class = OwnEventFilters
    ordering_fields = ["starts_at", "created_at", "title"]
    ordering = ["-created_at"]

    def get_queryset(self) -> QuerySet[Event]:
        return events_of(self.actor, include_deleted=self._with_deleted()).select_related("owner")

    def list(self, request: Request) -> Response:
        """List your events.

        The newest come first. `include_deleted=true` shows deleted drafts too.
        """
        return self.page(self.get_queryset())

    def create(self, request: Request) -> Response:
        """Create an event, as a draft.

        Visitors see nothing of a draft. Needed are a title, a start, and either a duration or an end; the organizer's
        email address must be verified. Every event gets a default ticket type and, unless sessions are sent, one
        session of its own length. A Zoom meeting's number that another organizer uses is refused (409
        `MEETING_CLAIMED`); the message says how to show that the meeting is yours.
        """
        event = create_event(values=self.read_input(), actor=self.actor, at=self.at)
        return self.answer_event(event.pk, status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one of your events in full."""
        return self.answer_event(self.path_id(), include_deleted=self._with_deleted())

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace an event.

        Like PATCH, except that the title is required.
        """
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change an event.

        Fields that are not sent stay as they are. What may change depends on the state; after the event has started
        little may (409 `INVALID_STATE`). Raising the capacity gives free seats to the waiting list. People who
        registered are mailed when the time moves.
        """
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a draft.

        Only a draft that nobody has registered for; `restore/` brings it back.
        """
        delete_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return Response(status=204)

    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Bring a deleted draft back."""
        # Staff bring back other people's in the admin, where it is written down; here nobody leaves their own rows.
        event = get_managed_event(self.actor, self.path_id(), include_deleted=True)
        event = restore_event(event_id=event.pk, actor=self.actor, at=self.at)
        return self.answer_event(event.pk)

    def duplicate(self, request: Request, **kwargs: Any) -> Response:
        """Copy an event into a new draft.

        Sessions, ticket types, questions and settings are copied, and all times move by the same distance.
        Registrations, invitations and what happened are not copied.
        """
        event = duplicate_event(event_id=self.path_id(), actor=self.actor, at=self.at, **self.read_input())
        return self.answer_event(event.pk, status=201)

    def export(self, request: Request) -> StreamingHttpResponse:
        """Download your events as a table.

        Takes the filters of the list.
        """
        events = self.filter_queryset(self.get_queryset().select_related(None))
        rows = events.values_list(*EXPORT_COLUMNS).iterator(chunk_size=1000)
        kind = request.query_params.get("export_format", "csv")
        return stream_table(rows, EXPORT_COLUMNS, kind=kind, filename="events")

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        update_event(event_id=self.path_id(), values=values, actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def _with_deleted(self) -> bool:
        return asked_yes(self.request, "include_deleted")


class EventImageViewSet(OwnEventViewSet):
    """The picture on an event's page and in lists."""

    tag = "Events"

    output_serializer_class = EventOutput
    input_serializers = {"upload": ImageInput}
    refusals = {"*": (InvalidState,)}
    success_statuses = {"upload": 200, "remove": 200}
    parser_classes: Any = (MultiPartParser, FormParser, JSONParser)
    max_upload_bytes = {"upload": COVER_BYTES}

    def upload(self, request: Request, **kwargs: Any) -> Response:
        """Set an event's cover image.

        Send PNG, JPEG or WebP of at most 5 MB, as the part `image` of `multipart/form-data`.
        """
        image = self.read_input()["image"]
        event = set_cover_image(event_id=self.path_id(), image=image, actor=self.actor, at=self.at)
        return self.answer_event(event.pk)

    def remove(self, request: Request, **kwargs: Any) -> Response:
        """Remove an event's cover image."""
        event = remove_cover_image(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(event.pk)


class EventLogsViewSet(OwnEventViewSet):
    """What has happened to an event, and which mails went out about it."""

    tag = "Events"

    shows_people = ("emails",)
    output_serializers = {"status_history": StatusHistoryOutput, "emails": EmailOutput}
    list_verbs = ("status_history", "emails")

    def status_history(self, request: Request, **kwargs: Any) -> Response:
        """List the changes of an event's state.

        The oldest come first.
        """
        event = get_managed_event(self.actor, self.path_id())
        return self.page(event.status_history.select_related("changed_by"))

    def emails(self, request: Request, **kwargs: Any) -> Response:
        """List the mails about an event.

        The newest come first. Their text is not kept.
        """
        event = get_managed_event(self.actor, self.path_id())
        return self.page(mails_about_event(event.pk))
