"""The reminders of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.reminders import ReminderInput
from lyceum.events.api.outputs.reminders import ReminderOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import ReminderExists
from lyceum.events.selectors import own_reminder
from lyceum.events.services.reminders import add_reminder, delete_reminder


class ReminderViewSet(NestedViewSet):
    """Mails that go out before an event to everybody with a confirmed seat. Two are made with each event: 24 hours
    and one hour before.
    """

    tag = "Reminders"

    output_serializer_class = ReminderOutput
    output_serializers = {"destroy": None}
    input_serializers = {"create": ReminderInput}
    refusals = {"*": (InvalidState,), "create": (ReminderExists,)}

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List an event's reminders.

        The soonest come first.
        """
        return self.page(self.own_event().reminders.all())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a reminder to an event.

        One whose moment has passed is kept as skipped.
        """
        return self.answer(add_reminder(**self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one reminder."""
        return self.answer(own_reminder(self.actor, self.event_id, self.path_id()))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a reminder.

        One that was sent stays (409 `INVALID_STATE`).
        """
        delete_reminder(reminder_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)
