"""An organizer's view of who was there."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from lyceum.core.api.jobs import JobOutput
from lyceum.core.errors import InvalidState
from lyceum.core.models import Job
from lyceum.registrations import errors
from lyceum.registrations.api.outputs.organizer import RegistrationDetailOutput
from lyceum.registrations.attendance.api import inputs, outputs
from lyceum.registrations.attendance.api.views.base import AttendanceView
from lyceum.registrations.attendance.selectors import (
    event_attendance,
    event_totals,
    get_session,
    match_candidates,
    session_attendance,
    session_totals,
    unmatched_attendance,
)
from lyceum.registrations.attendance.services.correct import (
    AttendanceByHand,
    mark_attendance_bulk,
    override_attendance,
)
from lyceum.registrations.attendance.services.match_by_hand import match_attendance
from lyceum.registrations.attendance.services.override_session import override_session_attendance
from lyceum.registrations.attendance.services.recompute_event import recompute_attendance
from lyceum.registrations.selectors import get_registration_of_event

SESSION_TOTALS = {"registered": 28, "present": 27, "attended": 26, "average_minutes": 171.5}
EVENT_TOTALS = {"registered": 28, "attended": 26, "eligible": 26, "average_percent": 93.5, "unmatched": 1}


class UnmatchedAttendanceView(AttendanceView):
    """Intervals of attendance that belong to no registration yet, such as somebody in the meeting under another
    address.
    """

    shows_people = ("get",)
    output_serializer_class = outputs.UnmatchedOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List attendance that belongs to nobody yet.

        Each with at most five suggestions by name or address. Nothing is matched by name alone; a person decides.
        """
        return self.page(unmatched_attendance(self.actor, self.path_id("event_uuid")))

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        # Reached after the list's own check of whose event this is.
        return {**context, "candidates": match_candidates(self.path_id("event_uuid"))}


class MatchAttendanceView(AttendanceView):
    """Connects an interval of attendance with the registration that it belongs to."""

    schema_path_words = {"record_uuid": "The id of the interval."}
    shows_people = ("post",)
    input_serializer_class = inputs.MatchInput
    output_serializer_class = outputs.RecordOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed,)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Match an interval of attendance with a registration.

        `registration_uuid: null` takes a match back. Attendance is decided anew.
        """
        record = match_attendance(
            event_id=self.path_id("event_uuid"),
            record_id=self.path_id("record_uuid"),
            registration_id=self.read_input()["registration_uuid"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(record)


class OverrideAttendanceView(AttendanceView):
    """The organizer's own decision about somebody's attendance; it stands above the computed one."""

    schema_examples = {
        "post": {"attendance_override": True, "attendance_override_reason": "The line failed; Jonas was in the room."}
    }

    shows_people = ("post",)
    input_serializer_class = inputs.OverrideInput
    output_serializer_class = RegistrationDetailOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed,)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Override the decision about somebody's attendance.

        `eligible` with a `reason`; null gives the decision back to the rules.
        """
        given, event_id = self.read_input(), self.path_id("event_uuid")
        row = override_attendance(
            event_id=event_id,
            registration_id=self.path_id(),
            eligible=given["eligible"],
            reason=given.get("reason") or "",
            actor=self.actor,
            at=self.at,
        )
        return self.answer(get_registration_of_event(self.actor, event_id, row.registration_id))


class BulkAttendanceView(AttendanceView):
    """Attendance of many people, entered by hand."""

    input_serializer_class = inputs.AttendanceBulkInput
    output_serializer_class = outputs.BulkAttendanceOutput

    def patch(self, request: Any, **kwargs: Any) -> Response:
        """Enter the attendance of many people by hand.

        At most 500, all or none. Registrations that the event doesn't have are named in `missing`.
        """
        entries = [by_hand(row["registration_uuid"], row) for row in self.read_input()["updates"]]
        outcome = mark_attendance_bulk(
            event_id=self.path_id("event_uuid"), entries=entries, actor=self.actor, at=self.at
        )
        return self.answer({"updated": len(outcome.updated), "uuids": outcome.updated, "missing": outcome.missing})


class RecomputeAttendanceView(AttendanceView):
    """Works out attendance again from everything that was recorded."""

    output_serializer_class = outputs.RecomputedOutput
    success_statuses = {"post": (200, 202)}  # type: ignore[dict-item]  # the schema takes several
    schema_answers = {"post": {202: JobOutput}}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Decide attendance anew for everybody.

        Reports from Zoom that still wait are taken in, and what can be matched is matched. Overrides stay. For many
        registrations the answer is 202 with a job to poll.
        """
        found = recompute_attendance(event_id=self.path_id("event_uuid"), actor=self.actor, at=self.at)
        if isinstance(found, Job):
            return Response(JobOutput(found, context=self.get_serializer_context()).data, status=202)
        return self.answer(found)


class SessionAttendanceView(AttendanceView):
    """Attendance at one session."""

    schema_examples = {"get": {"totals": SESSION_TOTALS}}

    shows_people = ("get",)
    output_serializer_class = outputs.SessionAttendanceOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List the attendance at one session.

        Every confirmed registration with its minutes; `totals` counts them.
        """
        session = get_session(self.actor, self.path_id("event_uuid"), self.path_id("session_uuid"))
        response = self.page(session_attendance(self.actor, session))
        response.data["totals"] = session_totals(session)
        return response


class SessionOverrideView(AttendanceView):
    """The organizer's own decision about somebody's attendance at one session; it stands above the minutes."""

    schema_examples = {"post": {"attendance_override": True, "attendance_override_reason": "Signed the list."}}
    schema_path_words = {"registration_uuid": "Whose attendance it is."}

    shows_people = ("post",)
    input_serializer_class = inputs.SessionOverrideInput
    output_serializer_class = outputs.SessionAttendanceOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed, InvalidState)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Override somebody's attendance at one session.

        `attended` with a `reason`: the whole session counts, or nothing of it. Null gives it back to the minutes.
        """
        given = self.read_input()
        event_id, session_id = self.path_id("event_uuid"), self.path_id("session_uuid")
        registration_id = self.path_id("registration_uuid")
        override_session_attendance(
            event_id=event_id,
            session_id=session_id,
            registration_id=registration_id,
            attended=given["attended"],
            reason=given["reason"],
            actor=self.actor,
            at=self.at,
        )
        session = get_session(self.actor, event_id, session_id)
        return self.answer(session_attendance(self.actor, session).get(pk=registration_id))


class AggregateAttendanceView(AttendanceView):
    """Attendance at the whole event."""

    schema_examples = {"get": {"totals": EVENT_TOTALS}}

    shows_people = ("get",)
    output_serializer_class = outputs.EventAttendanceOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List the attendance at the whole event.

        Every confirmed registration with all sessions; `totals` and `sessions` count them.
        """
        event_id = self.path_id("event_uuid")
        response = self.page(event_attendance(self.actor, event_id))
        response.data.update(event_totals(event_id))
        return response


def by_hand(registration_id: Any, given: dict[str, Any]) -> AttendanceByHand:
    """Return one entry from its validated row."""
    return AttendanceByHand(
        registration_id=registration_id,
        attended=given["attended"],
        percent=given.get("attendance_percent"),
        notes=given.get("notes"),
    )
