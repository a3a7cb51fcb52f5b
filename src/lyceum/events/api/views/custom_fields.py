"""The questions that an event asks when people register."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core.errors import InvalidState
from lyceum.events.api.inputs.base import OrderInput
from lyceum.events.api.inputs.custom_fields import CustomFieldInput
from lyceum.events.api.outputs.custom_fields import CustomFieldOutput
from lyceum.events.api.views.base import NestedViewSet
from lyceum.events.errors import FieldHasAnswers
from lyceum.events.selectors import own_custom_field
from lyceum.events.services.custom_fields import (
    add_custom_field,
    remove_custom_field,
    reorder_custom_fields,
    update_custom_field,
)


class CustomFieldViewSet(NestedViewSet):
    """The questions that an event asks those who register. Their answers are the `custom_field_responses` of a
    registration.
    """

    tag = "Questions"

    output_serializer_class = CustomFieldOutput
    output_serializers = {"destroy": None}
    input_serializers = {
        "create": CustomFieldInput,
        "update": CustomFieldInput,
        "partial_update": CustomFieldInput,
        "reorder": OrderInput,
    }
    refusals = {"*": (InvalidState,), "update": (FieldHasAnswers,), "partial_update": (FieldHasAnswers,)}
    success_statuses = {"reorder": 200}
    list_verbs = ("reorder",)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List an event's questions.

        They come in the order in which they are asked.
        """
        return self.page(self.own_event().custom_fields.active())

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a question to an event.

        An event asks at most 50 questions.
        """
        return self.answer(add_custom_field(values=self.read_input(), **self.verb_arguments()), status=201)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get one question of an event."""
        return self.answer(own_custom_field(self.actor, self.event_id, self.path_id()))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Replace a question.

        Like PATCH, except that `label` and `field_type` are required.
        """
        return self._change(partial=False)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change a question.

        Fields that are not sent stay as they are. The kind changes only while nobody can have answered (409
        `FIELD_HAS_ANSWERS`).
        """
        return self._change(partial=True)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Stop asking a question.

        Answers that were given stay.
        """
        remove_custom_field(field_id=self.path_id(), **self.verb_arguments())
        return Response(status=204)

    def reorder(self, request: Request, **kwargs: Any) -> Response:
        """Put an event's questions into another order.

        Answers with the list in its new order.
        """
        reorder_custom_fields(order=self.read_input()["order"], **self.verb_arguments())
        return self.page(self.own_event().custom_fields.active())

    def _change(self, *, partial: bool) -> Response:
        values = self.read_input(partial=partial)
        return self.answer(update_custom_field(field_id=self.path_id(), values=values, **self.verb_arguments()))
