"""The parts of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.base import OrderInput, ReasonInput
from lyceum.events.api.inputs.sessions import SessionInput
from lyceum.events.api.outputs.sessions import SessionOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import LastSession, MeetingClaimed, SessionInUse
from lyceum.events.selectors import own_session
from lyceum.events.services.session_lifecycle import cancel_session, complete_session, start_session
from lyceum.events.services.sessions import add_session, delete_session, reorder_sessions, update_session


class SessionViewSet(NestedViewSet):
    """The sessions of an event: its timed parts. An event that was made without any has one, which follows the
    event's times (`is_implicit`).
    """

    tag = "Sessions"
    schema_examples = {
        "start": {"status": "live", "actual_started_at": "2027-03-14T08:58:40Z"},
        "complete": {"status": "completed", "actual_ended_at": "2027-03-14T12:01:05Z"},
        "cancel": {"status": "cancelled", "cancelled_at": "2027-03-01T07:45:00Z"},
    }

    output_serializer_class = SessionOutput
    output_serializers = {"destroy": None}
    input_serializers = {
        "create": SessionInput,
        "update": SessionInput,
        "partial_update": SessionInput,
        "reorder": OrderInput,
        "cancel": ReasonInput,
    }
    refusals = {
        "*": (InvalidState,),
        **dict.fromkeys(("create", "update", "partial_update"), (MeetingClaimed,)),
        "destroy": (LastSession, SessionInUse),
        "cancel": (LastSession,),
    }
    success_statuses = dict.fromkeys(["reorder", "start", "complete", "cancel"], 200)
    list_verbs = ("reorder",)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List an event's sessions.

        They come in their order.
        """
        return self.page(self.own_event().sessions.with_meetings())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a session to an event.

        The first one that overlaps the implicit session replaces it. The event's times follow its sessions.
        """
        return self.answer(add_session(values=self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one session."""
        return self.answer(own_session(self.actor, self.event_id, self.path_id()))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a session.

        Like PATCH: fields that are not sent stay as they are.
        """
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change a session.

        Fields that are not sent stay as they are.
        """
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a session.

        One that somebody attended stays, and so does the last one (409).
        """
        delete_session(session_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def reorder(self, request: Request, **kwargs: Any) -> Response:
        """Put an event's sessions into another order.

        Answers with the list in its new order. Times stay as they are.
        """
        reorder_sessions(order=self.read_input()["order"], **self.verb_arguments())
        return self.page(self.own_event().sessions.with_meetings())

    def start(self, request: Request, **kwargs: Any) -> Response:
        """Start a session.

        Starting the first one makes the event live.
        """
        return self.answer(start_session(session_id=self.path_id(), **self.verb_arguments()))

    def complete(self, request: Request, **kwargs: Any) -> Response:
        """Complete a live session.

        Completing the last one completes the event.
        """
        return self.answer(complete_session(session_id=self.path_id(), **self.verb_arguments()))

    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a session.

        The others stay. The last one can't be cancelled; cancel the event instead.
        """
        reason = self.read_input()["reason"]
        return self.answer(cancel_session(session_id=self.path_id(), reason=reason, **self.verb_arguments()))

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        return self.answer(update_session(session_id=self.path_id(), values=values, **self.verb_arguments()))
