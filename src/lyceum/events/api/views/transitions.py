"""The changes of an event's state."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.base import ReasonInput
from lyceum.events.api.outputs.events import EventOutput
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
    """Changes of an event's state. The usual way is draft → published → live → completed → closed; cancelled ends it.
    A step that the present state forbids is refused with 409 `INVALID_STATE`.
    """

    tag = "Events"
    schema_examples = {
        "unpublish": {"status": "draft", "published_at": None},
        "start": {"status": "live", "actual_started_at": "2027-03-14T08:58:40Z"},
        "complete": {"status": "completed", "actual_ended_at": "2027-03-14T12:01:05Z"},
        "close": {"status": "closed"},
        "reopen": {"status": "completed"},
        "cancel": {"status": "cancelled", "cancelled_at": "2027-03-01T07:45:00Z"},
    }

    output_serializer_class = EventOutput
    input_serializers = {"reopen": ReasonInput, "cancel": ReasonInput}
    refusals = {"*": (InvalidState,)}
    success_statuses = dict.fromkeys(["publish", "unpublish", "start", "complete", "close", "reopen", "cancel"], 200)

    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Publish a draft.

        Visitors can see it and register. A Zoom meeting that can't be made doesn't stop this; see `zoom_error`.
        """
        publish_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def unpublish(self, request: Request, **kwargs: Any) -> Response:
        """Take a published event back to draft.

        Only before it starts, and while nobody has registered.
        """
        unpublish_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def start(self, request: Request, **kwargs: Any) -> Response:
        """Start a published event.

        Usually the Zoom meeting's start does this by itself.
        """
        start_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def complete(self, request: Request, **kwargs: Any) -> Response:
        """Complete a live event.

        Who is still there is counted as leaving now. Attendance is decided after a pause of ten minutes, in which
        late reports from Zoom come in.
        """
        complete_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def close(self, request: Request, **kwargs: Any) -> Response:
        """Close a completed event."""
        close_event(event_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer_event(self.path_id())

    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Reopen a closed event.

        Its state becomes completed again.
        """
        reason = self.read_input()["reason"]
        reopen_event(event_id=self.path_id(), actor=self.actor, at=self.at, reason=reason)
        return self.answer_event(self.path_id())

    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Cancel an event for good.

        Everybody who registered is mailed the reason.
        """
        reason = self.read_input()["reason"]
        cancel_event(event_id=self.path_id(), actor=self.actor, at=self.at, reason=reason)
        return self.answer_event(self.path_id())
