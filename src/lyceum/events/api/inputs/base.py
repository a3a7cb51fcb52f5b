"""What the bodies of several resources share."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from lyceum.core.api.fields import ListField, MultilineField, UUIDField
from lyceum.core.api.inputs import Input
from lyceum.events.services.sessions import MOST_SESSIONS

# Which row of a list is meant.
ROW_NAMES: Final = {"id": "uuid"}


class ReasonInput(Input):
    """Why."""

    schema_example: ClassVar[dict[str, Any]] = {"reason": "The speaker is ill."}
    reason = MultilineField(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why, in words for the people concerned.",
    )


class OrderInput(Input):
    """The new order."""

    order = ListField(child=UUIDField(), max_length=MOST_SESSIONS, help_text="Every identifier, in the new order.")
