"""The ticket types of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs import TicketTypeInput
from lyceum.events.api.outputs import TicketTypeOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import DefaultTicketType, TicketTypeInUse
from lyceum.events.selectors import own_ticket_type
from lyceum.events.services.ticket_types import add_ticket_type, delete_ticket_type, update_ticket_type


class TicketTypeViewSet(NestedViewSet):
    """Prices and quantities of one's own event; the default one mirrors the event's price."""

    output_serializer_class = TicketTypeOutput
    output_serializers = {"destroy": None}
    input_serializers = {
        "create": TicketTypeInput,
        "update": TicketTypeInput,
        "partial_update": TicketTypeInput,
    }
    refusals = {"*": (InvalidState, DefaultTicketType), "destroy": (TicketTypeInUse,)}

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List the ticket types in their order."""
        return self.page(self.own_event().ticket_types.all())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a ticket type."""
        return self.answer(add_ticket_type(values=self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Read one ticket type."""
        return self.answer(own_ticket_type(self.actor, self.event_id, self.path_id()))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Change a ticket type; like PATCH, except that the name must be sent."""
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change what is sent."""
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a ticket type that nobody holds."""
        delete_ticket_type(ticket_type_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        return self.answer(update_ticket_type(ticket_type_id=self.path_id(), values=values, **self.verb_arguments()))
