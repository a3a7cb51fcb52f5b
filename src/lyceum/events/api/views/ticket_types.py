"""The ticket types of an event."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.ticket_types import TicketTypeInput
from lyceum.events.api.outputs.ticket_types import TicketTypeOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import DefaultTicketType, TicketTypeInUse
from lyceum.events.selectors import own_ticket_type
from lyceum.events.services.ticket_types import add_ticket_type, delete_ticket_type, update_ticket_type


class TicketTypeViewSet(NestedViewSet):
    """The ticket types of an event: a price and a quantity each. The default one takes the event's own price, and its
    quantity is the event's capacity.
    """

    tag = "Ticket types"

    output_serializer_class = TicketTypeOutput
    output_serializers = {"destroy": None}
    input_serializers = {
        "create": TicketTypeInput,
        "update": TicketTypeInput,
        "partial_update": TicketTypeInput,
    }
    refusals = {"*": (InvalidState, DefaultTicketType), "destroy": (TicketTypeInUse,)}

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List an event's ticket types.

        They come in their order.
        """
        return self.page(self.own_event().ticket_types.all())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a ticket type to an event.

        An event has at most 50.
        """
        return self.answer(add_ticket_type(values=self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one ticket type."""
        return self.answer(own_ticket_type(self.actor, self.event_id, self.path_id()))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a ticket type.

        Like PATCH, except that the name is required.
        """
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change a ticket type.

        Fields that are not sent stay as they are.
        """
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a ticket type.

        One that somebody holds stays (409 `TICKET_TYPE_IN_USE`); it can be deactivated.
        """
        delete_ticket_type(ticket_type_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        return self.answer(update_ticket_type(ticket_type_id=self.path_id(), values=values, **self.verb_arguments()))
