"""An organizer's view of who was there."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from lyceum.core.api.jobs import JobOutput
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.models import Job
from lyceum.registrations import errors
from lyceum.registrations.api.outputs import RegistrationDetailOutput
from lyceum.registrations.attendance.api import inputs, outputs
from lyceum.registrations.attendance.errors import CheckInClosed, UnknownCode
from lyceum.registrations.attendance.selectors import (
    event_attendance,
    event_totals,
    get_session,
    match_candidates,
    session_attendance,
    session_totals,
    unmatched_attendance,
)
from lyceum.registrations.attendance.services.check_in import CheckIn, check_in
from lyceum.registrations.attendance.services.correct import (
    AttendanceByHand,
    mark_attendance_bulk,
    override_attendance,
)
from lyceum.registrations.attendance.services.match_by_hand import match_attendance
from lyceum.registrations.attendance.services.recompute_event import recompute_attendance
from lyceum.registrations.selectors import get_registration_of_event


class AttendanceView(ApiView):
    """What every view of an own event's attendance shares."""

    audience = Audience.ORGANIZER
    scope = "registrations"


class CheckInByCodeView(AttendanceView):
    """Checking somebody in by the code of their confirmation."""

    input_serializer_class = inputs.CheckInByCodeInput
    output_serializer_class = outputs.CheckInOutput
    success_statuses = {"post": 200}
    refusals = {"post": (UnknownCode, errors.NotConfirmed, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check somebody in by the code of their confirmation."""
        given = self.read_input()
        done = check_in(
            event_id=self.path_id("event_uuid"),
            code=given["code"],
            where=given.get("where", ""),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(_arrival(done))


class CheckInView(AttendanceView):
    """Checking somebody in by name."""

    input_serializer_class = inputs.CheckInInput
    output_serializer_class = outputs.CheckInOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check somebody in by name."""
        done = check_in(
            event_id=self.path_id("event_uuid"),
            registration_id=self.path_id(),
            where=self.read_input().get("where", ""),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(_arrival(done))


class UnmatchedAttendanceView(AttendanceView):
    """The intervals of attendance that belong to nobody yet."""

    output_serializer_class = outputs.UnmatchedOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List the unmatched intervals of attendance, each with at most five suggestions."""
        return self.page(unmatched_attendance(self.actor, self.path_id("event_uuid")))

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        # Reached after the list's own check of whose event this is.
        return {**context, "candidates": match_candidates(self.path_id("event_uuid"))}


class MatchAttendanceView(AttendanceView):
    """Saying to which registration an interval belongs."""

    input_serializer_class = inputs.MatchInput
    output_serializer_class = outputs.RecordOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed,)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Give an interval of attendance to a registration, or take it back."""
        record = match_attendance(
            event_id=self.path_id("event_uuid"),
            record_id=self.path_id("record_uuid"),
            registration_id=self.read_input()["registration_uuid"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(record)


class OverrideAttendanceView(AttendanceView):
    """The organizer's own decision about one person's attendance."""

    input_serializer_class = inputs.OverrideInput
    output_serializer_class = RegistrationDetailOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed,)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Decide by hand whether somebody attended enough, with a reason, or give the decision back to the rules."""
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
    """Many people's attendance at once."""

    input_serializer_class = inputs.AttendanceBulkInput
    output_serializer_class = outputs.BulkAttendanceOutput

    def patch(self, request: Any, **kwargs: Any) -> Response:
        """Enter attendance by hand for at most 500 people, all or none; who has no confirmed registration is named."""
        entries = [by_hand(row["registration_uuid"], row) for row in self.read_input()["updates"]]
        outcome = mark_attendance_bulk(
            event_id=self.path_id("event_uuid"), entries=entries, actor=self.actor, at=self.at
        )
        return self.answer({"updated": len(outcome.updated), "uuids": outcome.updated, "missing": outcome.missing})


class RecomputeAttendanceView(AttendanceView):
    """Recomputing an event's attendance."""

    output_serializer_class = outputs.RecomputedOutput
    success_statuses = {"post": (200, 202)}  # type: ignore[dict-item]  # the schema takes several
    schema_answers = {"post": {202: JobOutput}}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Recompute attendance: take in waiting deliveries, match, decide for everybody; 202 with a job for many."""
        found = recompute_attendance(event_id=self.path_id("event_uuid"), actor=self.actor, at=self.at)
        if isinstance(found, Job):
            return Response(JobOutput(found, context=self.get_serializer_context()).data, status=202)
        return self.answer(found)


class SessionAttendanceView(AttendanceView):
    """One session's attendance."""

    output_serializer_class = outputs.SessionAttendanceOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List every confirmed registration with its minutes in one session; `totals` counts them."""
        session = get_session(self.actor, self.path_id("event_uuid"), self.path_id("session_uuid"))
        response = self.page(session_attendance(self.actor, session))
        response.data["totals"] = session_totals(session)
        return response


class AggregateAttendanceView(AttendanceView):
    """The whole event's attendance."""

    output_serializer_class = outputs.EventAttendanceOutput
    list_verbs = ("get",)

    def get(self, request: Any, **kwargs: Any) -> Response:
        """List every confirmed registration with its minutes in all sessions; `totals` and `sessions` count them."""
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


def _arrival(done: CheckIn) -> dict[str, Any]:
    row = done.attendance
    if not done.already:
        message = "Checked in. Welcome!"
    else:
        where = f" at {row.checked_in_where}" if row.checked_in_where else ""
        message = f"Already checked in{where} on {row.checked_in_at:%Y-%m-%d at %H:%M} UTC."
    return {"registration": done.registration, "attendance": row, "already": done.already, "message": message}
