"""The steps of an event's life."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs import ReasonInput
from lyceum.events.api.outputs import EventOutput
from lyceum.events.api.views.base import OwnEventViewSet
from lyceum.events.services.lifecycle import (
    cancel_event,
    close_event,
    complete_event,
    publish_event,
    reopen_event,
    start_event,
    unpublish_event,
)


class EventStepsViewSet(OwnEventViewSet):
    """Each step answers with the event, or with 409 when its state forbids the step."""

    output_serializer_class = EventOutput
    input_serializers = {"reopen": ReasonInput, "cancel": ReasonInput}
    refusals = {"*": (InvalidState,)}
    success_statuses = dict.fromkeys(["publish", "unpublish", "start", "complete", "close", "reopen", "cancel"], 200)

    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Open a draft to the public."""
        publish_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def unpublish(self, request: Request, **kwargs: Any) -> Response:
        """Take a published event back, before it starts and while nobody has registered."""
        unpublish_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def start(self, request: Request, **kwargs: Any) -> Response:
        """Make a published event live."""
        start_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def complete(self, request: Request, **kwargs: Any) -> Response:
        """End a live event."""
        complete_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def close(self, request: Request, **kwargs: Any) -> Response:
        """Put a completed event away."""
        close_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Take a closed event up again."""
        reason = self.read_input()["reason"]
        reopen_event(event_id=self.path_id(), actor=self.actor, at=self.at, reason=reason)
        return self.answer_event(self.path_id())

    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Call an event off for good; everybody registered is told."""
        reason = self.read_input()["reason"]
        cancel_event(event_id=self.path_id(), actor=self.actor, at=self.at, reason=reason)
        return self.answer_event(self.path_id())
