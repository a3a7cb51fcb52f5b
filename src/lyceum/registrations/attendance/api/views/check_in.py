"""The door: checking people in who arrive, and out who leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework.response import Response

from lyceum.events.models import EventSession
from lyceum.registrations import errors
from lyceum.registrations.attendance.api import inputs, outputs
from lyceum.registrations.attendance.api.views.base import AttendanceView
from lyceum.registrations.attendance.errors import CheckInClosed, NotCheckedIn, UnknownCode
from lyceum.registrations.attendance.services.check_in import CheckIn, check_in
from lyceum.registrations.attendance.services.check_out import CheckOut, check_out


class CheckInByCodeView(AttendanceView):
    """Checks people in by the code in their confirmation, which they show as a QR code or say."""

    schema_examples = {"post": {"message": "Checked in. Welcome!"}}

    shows_people = ("post",)
    input_serializer_class = inputs.CheckInByCodeInput
    output_serializer_class = outputs.CheckInOutput
    success_statuses = {"post": 200}
    refusals = {"post": (UnknownCode, errors.NotConfirmed, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check somebody in by their code.

        For the session that runs or begins next, or for the whole event where its `check_in_scope` is `event`. Checking
        in a second time changes nothing and says when and where the first time was.
        """
        given = self.read_input()
        done = check_in(
            event_id=self.path_id("event_uuid"),
            code=given["code"],
            where=given.get("where", ""),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(_checked_in(done))


class CheckInView(AttendanceView):
    """Checks people in whom the organizer has found in the list."""

    schema_examples = {"post": {"message": "Checked in. Welcome!"}}

    shows_people = ("post",)
    input_serializer_class = inputs.CheckInInput
    output_serializer_class = outputs.CheckInOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check in one registration.

        For the session that runs or begins next, or for the whole event where its `check_in_scope` is `event`. Checking
        in a second time changes nothing and says when and where the first time was.
        """
        done = check_in(
            event_id=self.path_id("event_uuid"),
            registration_id=self.path_id(),
            where=self.read_input().get("where", ""),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(_checked_in(done))


class CheckOutByCodeView(AttendanceView):
    """Checks people out by their code."""

    schema_examples = {"post": {"message": "Checked out. Goodbye!"}}

    shows_people = ("post",)
    input_serializer_class = inputs.CheckOutByCodeInput
    output_serializer_class = outputs.CheckOutOutput
    success_statuses = {"post": 200}
    refusals = {"post": (UnknownCode, errors.NotConfirmed, NotCheckedIn, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check somebody out by their code.

        Their last check-in counts until now. Checking out a second time changes nothing.
        """
        code = self.read_input()["code"]
        return self.answer(
            _checked_out(check_out(event_id=self.path_id("event_uuid"), code=code, actor=self.actor, at=self.at))
        )


class CheckOutView(AttendanceView):
    """Checks people out whom the organizer has found in the list."""

    schema_examples = {"post": {"message": "Checked out. Goodbye!"}}

    shows_people = ("post",)
    output_serializer_class = outputs.CheckOutOutput
    success_statuses = {"post": 200}
    refusals = {"post": (errors.NotConfirmed, NotCheckedIn, CheckInClosed)}

    def post(self, request: Any, **kwargs: Any) -> Response:
        """Check out one registration.

        Their last check-in counts until now. Checking out a second time changes nothing.
        """
        event_id, registration_id = self.path_id("event_uuid"), self.path_id()
        done = check_out(event_id=event_id, registration_id=registration_id, actor=self.actor, at=self.at)
        return self.answer(_checked_out(done))


def _checked_in(done: CheckIn) -> dict[str, Any]:
    row, message = done.attendance, "Checked in. Welcome!"
    if done.already:
        where = f" at {row.checked_in_where}" if row.checked_in_where else ""
        message = f"Already checked in{where} on {_said(row.checked_in_at)}."
    return _arrival(done, done.session) | {"message": message}


def _checked_out(done: CheckOut) -> dict[str, Any]:
    message = "Checked out. Goodbye!"
    if done.already:
        message = f"Already checked out on {_said(done.attendance.checked_out_at)}."
    return _arrival(done, done.session) | {"message": message}


def _arrival(done: CheckIn | CheckOut, session: EventSession | None) -> dict[str, Any]:
    return {
        "registration": done.registration,
        "attendance": done.attendance,
        "session": session,
        "counts_for": "session" if session is not None else "event",
        "already": done.already,
    }


def _said(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC"
