"""The reminders of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs import ReminderInput
from lyceum.events.api.outputs import ReminderOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import ReminderExists
from lyceum.events.selectors import own_reminder
from lyceum.events.services.reminders import add_reminder, delete_reminder


class ReminderViewSet(NestedViewSet):
    """When those who registered for one's own event are reminded."""

    output_serializer_class = ReminderOutput
    output_serializers = {"destroy": None}
    input_serializers = {"create": ReminderInput}
    refusals = {"*": (InvalidState,), "create": (ReminderExists,)}

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List the reminders, soonest first."""
        return self.page(self.own_event().reminders.all())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a reminder; one whose moment has passed is skipped."""
        return self.answer(add_reminder(**self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Read one reminder."""
        return self.answer(own_reminder(self.actor, self.event_id, self.path_id()))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a reminder that has not been sent."""
        delete_reminder(reminder_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)
