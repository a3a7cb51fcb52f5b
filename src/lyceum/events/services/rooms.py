"""The room of a session and its link under the one name that older clients have for both, `room_or_link`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lyceum.core.errors import ValidationRefused
from lyceum.events.models import EventSession
from lyceum.events.rules.places import as_link

NAME = "room_or_link"


def with_room(values: Mapping[str, Any], session: EventSession | None = None) -> Mapping[str, Any]:
    """Return a session's sent values with `room_or_link` under its own name: the room's, or the link's.

    What the answer has shown and is sent back says nothing new, and neither does the own name with what is stored.
    session: the stored one, if there is one.
    Raises: ValidationRefused (422) where both names are sent and differ.
    """
    said = values.get(NAME)
    rest = {key: value for key, value in values.items() if key != NAME}
    if said is None or (session is not None and said == session.room):
        return rest
    name, value = ("zoom_join_url", as_link(said)) if as_link(said) else ("room", said)
    stored = None if session is None else session.online.join_url if name == "zoom_join_url" else session.room
    if rest.get(name, value) not in (value, stored):
        raise ValidationRefused({NAME: [f"This is another name for {name}; they differ."]})
    return {**rest, name: value}


def with_rooms(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a new event's sent values with those of its sessions as `with_room` gives them."""
    if not values.get("sessions"):
        return values
    return {**values, "sessions": [with_room(row) for row in values["sessions"]]}
