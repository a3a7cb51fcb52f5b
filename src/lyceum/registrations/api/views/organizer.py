"""An organizer's view of an event's registrations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.response import Response

from lyceum.core.api.views import ApiView, ApiViewSet, Audience
from lyceum.core.errors import InvalidState, ValidationRefused
from lyceum.core.exports.tables import CONTENT_TYPES, stream_table
from lyceum.registrations import errors
from lyceum.registrations.api import inputs
from lyceum.registrations.api.filters import RegistrationFilter
from lyceum.registrations.api.outputs.organizer import (
    BulkAddOutput,
    RegistrationDetailOutput,
    RegistrationListOutput,
    StatisticsOutput,
    SummaryOutput,
)
from lyceum.registrations.attendance.api.views.attendance import by_hand
from lyceum.registrations.attendance.services.correct import correct_registration
from lyceum.registrations.exports import RegistrationTable
from lyceum.registrations.models import Registration
from lyceum.registrations.selectors import (
    attendees,
    get_registration_of_event,
    listed_values,
    registrations_of_event,
    statistics,
    summary,
)
from lyceum.registrations.services.bulk_add import Newcomer, RowOutcome, bulk_add
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.no_show import set_no_show
from lyceum.registrations.services.promote import promote, promote_next

CANCELLED = {
    "status": "cancelled",
    "cancelled_at": "2027-03-01T07:45:00Z",
    "cancellation_reason": "Cancelled by the organizer.",
}


class OrganizerViewSet(ApiViewSet):
    """What every view below events/{event_uuid}/ shares."""

    tag = "Registrations"

    audience = Audience.ORGANIZER
    scope = "registrations"
    queryset = Registration.objects.none()
    filterset_class = RegistrationFilter
    search_fields = ["email", "full_name", "account_name"]
    ordering_fields = ["registered_at", "status", "attended", "full_name", "email"]
    ordering = ["-registered_at"]

    def whole_row(self, registration_id: Any, *, status: int = 200) -> Response:
        """Return one row in full."""
        row = get_registration_of_event(self.actor, self.path_id("event_uuid"), registration_id)
        return self.answer(row, status=status)


class EventRegistrationViewSet(OrganizerViewSet):
    """The registrations of an organizer's own event. Each is one person's, with or without an account."""

    schema_examples = {
        "no_show": {"status": "no_show", "attended": False},
        "cancel": CANCELLED,
        "destroy": CANCELLED,
    }
    alias_of = {"DELETE": "POST /api/v1/events/{event_uuid}/registrations/{uuid}/cancel/"}

    # Adding people tells no more of them than was sent, and counting tells nothing.
    shows_people = (
        "list",
        "retrieve",
        "partial_update",
        "destroy",
        "cancel",
        "waitlist",
        "promote",
        "promote_next",
        "export",
        "no_show",
    )
    output_serializer_class = RegistrationDetailOutput
    output_serializers = {
        "list": RegistrationListOutput,
        "waitlist": RegistrationListOutput,
        "create": BulkAddOutput,
        "summary": SummaryOutput,
        "export": None,
    }
    input_serializers = {
        "create": inputs.BulkAddInput,
        "partial_update": inputs.RegistrationPatchInput,
        "destroy": inputs.CancelInput,
        "cancel": inputs.CancelInput,
        "no_show": inputs.NoShowInput,
    }
    success_statuses = {"create": 201, "destroy": 200}
    schema_parameters = {
        "export": [OpenApiParameter("export_format", enum=["csv", "xlsx"], description="csv unless given.")],
    }
    schema_media_types = {"export": tuple(media.partition(";")[0] for media in CONTENT_TYPES.values())}
    schema_answers = {"export": {200: OpenApiResponse(OpenApiTypes.BINARY, description="The table.")}}
    list_verbs = ("waitlist",)
    refusals = {
        "create": (errors.RegistrationClosed,),
        "partial_update": (errors.NameStands, errors.NotConfirmed, errors.NotStarted, errors.EventFull, InvalidState),
        "destroy": (errors.AlreadyCancelled, errors.CannotCancel),
        "cancel": (errors.AlreadyCancelled, errors.CannotCancel),
        "promote": (errors.NotWaitlisted, errors.EventFull, errors.PaymentUnavailable, InvalidState),
        "promote_next": (errors.EmptyWaitlist, errors.EventFull, errors.PaymentUnavailable, InvalidState),
        "no_show": (errors.NotStarted, errors.NotConfirmed, errors.EventFull, InvalidState),
    }

    def list(self, request: Any, event_uuid: str) -> Response:
        """List an event's registrations.

        The newest come first. Cancelled ones are listed too; `status` narrows the list.
        """
        return self.page(registrations_of_event(self.actor, self.path_id("event_uuid")), read=listed_values)

    def retrieve(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Get one registration in full."""
        return self.whole_row(self.path_id())

    def create(self, request: Any, event_uuid: str) -> Response:
        """Add people to an event.

        At most 500 at once. Each gets a seat, or a position on the waiting list where none is free; `results` says what
        became of each. If one row can't be read, the whole request is refused and nobody is added.
        """
        event_id = self.path_id("event_uuid")
        given = self.read_input()
        outcomes = bulk_add(
            event_id=event_id,
            people=read_newcomers(given["registrations"]),
            send_confirmation=given["send_confirmation"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(_tally(outcomes), status=201)

    def partial_update(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Change a registration: attendance by hand, notes, a missing name.

        `attended` with an optional `attendance_percent`; null gives it back to what was recorded. `status`: `no_show`
        says that the person did not come, `confirmed` takes that back. `notes` are yours alone. `full_name` names
        somebody who has given no name, and corrects a name that you typed (409 `NAME_STANDS` for one that the person
        gave).
        """
        registration_id, given = self.path_id(), self.read_input()
        correct_registration(
            event_id=self.path_id("event_uuid"),
            registration_id=registration_id,
            no_show=given["status"] == Registration.Status.NO_SHOW if "status" in given else None,
            entry=by_hand(registration_id, given) if "attended" in given else None,
            notes=given.get("notes"),
            full_name=given.get("full_name"),
            actor=self.actor,
            at=self.at,
        )
        return self.whole_row(registration_id)

    def destroy(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Cancel a registration.

        The registration stays, as cancelled, and is the answer. A freed seat goes to the waiting list.
        """
        return self.cancel(request, event_uuid, uuid)

    def cancel(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Cancel a registration.

        The registration stays, as cancelled, and is the answer. A freed seat goes to the waiting list.
        """
        registration_id = self.path_id()
        get_registration_of_event(self.actor, self.path_id("event_uuid"), registration_id)
        reason = self.read_input().get("reason", "") or "Cancelled by the organizer."
        cancel_registration(registration_id=registration_id, actor=self.actor, reason=reason, at=self.at)
        return self.whole_row(registration_id)

    def waitlist(self, request: Any, event_uuid: str) -> Response:
        """List an event's waiting list.

        The first in line comes first.
        """
        rows = registrations_of_event(self.actor, self.path_id("event_uuid"))
        self.ordering = ["waitlist_sequence"]
        return self.page(rows.filter(status=Registration.Status.WAITLISTED), read=listed_values)

    def promote(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Give one person on the waiting list a seat.

        Only into a free seat (400 `EVENT_FULL`). The person is mailed.
        """
        event_id = self.path_id("event_uuid")
        row = promote(event_id=event_id, registration_id=self.path_id(), actor=self.actor, at=self.at)
        return self.whole_row(row.pk)

    def promote_next(self, request: Any, event_uuid: str) -> Response:
        """Give the first in line on the waiting list a seat.

        Only into a free seat (400 `EVENT_FULL`). The person is mailed.
        """
        row = promote_next(event_id=self.path_id("event_uuid"), actor=self.actor, at=self.at)
        return self.whole_row(row.pk)

    def summary(self, request: Any, event_uuid: str) -> Response:
        """Count an event's registrations by status."""
        return self.answer(summary(self.actor, self.path_id("event_uuid")))

    def export(self, request: Any, event_uuid: str) -> Any:
        """Download an event's registrations as a table.

        With the answers to its questions. Takes the filters of the list.
        """
        event_id = self.path_id("event_uuid")
        rows = self.filter_queryset(registrations_of_event(self.actor, event_id))
        table = RegistrationTable(rows, event_id)
        kind = request.query_params.get("export_format", "csv")
        return stream_table(table, table.header, kind=kind, filename="registrations")

    def no_show(self, request: Any, event_uuid: str, uuid: str) -> Response:
        """Say that somebody did not come.

        `no_show: false` takes it back.
        """
        row = set_no_show(
            event_id=self.path_id("event_uuid"),
            registration_id=self.path_id(),
            no_show=self.read_input()["no_show"],
            actor=self.actor,
            at=self.at,
        )
        return self.whole_row(row.pk)


class EventAttendeesView(OrganizerViewSet):
    """Who has a seat at an event."""

    shows_people = ("list",)
    output_serializers = {"list": RegistrationListOutput}

    def list(self, request: Any, event_uuid: str) -> Response:
        """List an event's attendees.

        Everybody with a seat, the newest first; who waits or has cancelled is not listed.
        """
        return self.page(attendees(self.actor, self.path_id("event_uuid")), read=listed_values)


class EventStatisticsView(ApiView):
    """An event in figures."""

    tag = "Registrations"

    audience = Audience.ORGANIZER
    scope = "registrations"
    output_serializer_class = StatisticsOutput

    def get(self, request: Any, **kwargs: Any) -> Response:
        """Get an event's statistics.

        Seats, attendance, revenue and registrations by day.
        """
        return self.answer(statistics(self.actor, self.path_id("event_uuid")))


def read_newcomers(rows: list[Any]) -> list[Newcomer]:
    """Return the rows of a bulk request.

    Raises: MissingField (400) or ValidationRefused (422), naming every bad row's index.
    """
    people: list[Newcomer] = []
    bad: dict[str, Any] = {}
    for index, row in enumerate(rows):
        serializer = inputs.NewcomerInput(data=row if isinstance(row, dict) else {})
        if not isinstance(row, dict):
            bad[str(index)] = {"non_field_errors": ["Please send an object with an email."]}
        elif not serializer.is_valid():
            bad[str(index)] = {name: [str(text) for text in texts] for name, texts in serializer.errors.items()}
        else:
            people.append(_newcomer(serializer.validated_data))
    if bad:
        raise ValidationRefused({"registrations": bad})
    return people


def _newcomer(given: dict[str, Any]) -> Newcomer:
    return Newcomer(
        email=given["email"],
        person=Registration.person_in(given),
        ticket_type_id=given.get("ticket_type"),
        answers=given.get("custom_field_responses") or {},
    )


def _tally(outcomes: list[RowOutcome]) -> dict[str, Any]:
    skipped = [row.email for row in outcomes if row.status == "skipped"]
    return {
        "created": sum(row.status in {"confirmed", "waitlisted"} for row in outcomes),
        "skipped": len(skipped),
        "refused": sum(row.status == "refused" for row in outcomes),
        "skipped_emails": skipped,
        "results": outcomes,
    }
