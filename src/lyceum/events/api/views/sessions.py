"""The parts of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs import OrderInput, ReasonInput, SessionInput
from lyceum.events.api.outputs import SessionOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import LastSession, SessionInUse
from lyceum.events.selectors import own_session
from lyceum.events.services.session_lifecycle import cancel_session, complete_session, start_session
from lyceum.events.services.sessions import add_session, delete_session, reorder_sessions, update_session


class SessionViewSet(NestedViewSet):
    """The sessions of one's own event; the implicit one is listed too."""

    output_serializer_class = SessionOutput
    output_serializers = {"destroy": None}
    input_serializers = {
        "create": SessionInput,
        "update": SessionInput,
        "partial_update": SessionInput,
        "reorder": OrderInput,
        "cancel": ReasonInput,
    }
    refusals = {"*": (InvalidState,), "destroy": (LastSession, SessionInUse), "cancel": (LastSession,)}
    success_statuses = dict.fromkeys(["reorder", "start", "complete", "cancel"], 200)
    list_verbs = ("reorder",)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List the sessions in their order."""
        return self.page(self.own_event().sessions.with_meetings())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a session; the first one that overlaps the implicit session replaces it."""
        return self.answer(add_session(values=self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Read one session."""
        return self.answer(own_session(self.actor, self.event_id, self.path_id()))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Change a session; like PATCH."""
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change what is sent."""
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a session that nobody attended; the last one stays."""
        delete_session(session_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def reorder(self, request: Request, **kwargs: Any) -> Response:
        """Show the sessions in this order."""
        reorder_sessions(order=self.read_input()["order"], **self.verb_arguments())
        return self.page(self.own_event().sessions.with_meetings())

    def start(self, request: Request, **kwargs: Any) -> Response:
        """Make a session live, and with the first one the event."""
        return self.answer(start_session(session_id=self.path_id(), **self.verb_arguments()))

    def complete(self, request: Request, **kwargs: Any) -> Response:
        """End a live session; the last one completes the event."""
        return self.answer(complete_session(session_id=self.path_id(), **self.verb_arguments()))

    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Call one session off."""
        reason = self.read_input()["reason"]
        return self.answer(cancel_session(session_id=self.path_id(), reason=reason, **self.verb_arguments()))

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        return self.answer(update_session(session_id=self.path_id(), values=values, **self.verb_arguments()))
