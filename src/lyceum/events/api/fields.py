"""Serializer fields for what only events have."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers
from rest_framework.fields import Field

from lyceum.core.api.fields import CharField, ListField, UtcDateTimeField
from lyceum.core.money import CURRENCIES
from lyceum.events.models.choices import EventFormat, Visibility
from lyceum.events.rules.places import as_link, holds_link

_NUMBER_IN_LINK = re.compile(r"/(?:j|s|w|wc)/(?:join/)?([0-9]{9,12})(?![0-9])")


class EventTimeField(UtcDateTimeField):
    """Reads a moment with its offset, or a wall-clock time without one, which stays naive for the verb to place."""

    def enforce_timezone(self, value: datetime) -> datetime:
        return value


class TagsField(ListField):
    """Short words, each once."""

    child = CharField(max_length=50)

    def to_internal_value(self, data: Any) -> list[str]:
        tags: list[str] = super().to_internal_value(data)
        return list({tag.casefold(): tag for tag in tags}.values())


class PlaceField(CharField):
    """A place that every visitor reads, so it holds no link to a meeting and no passcode."""

    default_error_messages = {
        "link": "Every visitor reads this, so please leave web addresses, meeting numbers and passcodes out. "
        "Put the link into zoom_join_url: those with a place get it when joining opens."
    }

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        # What is too long is refused for that, after this.
        if len(value) <= (self.max_length or 0) and holds_link(value):
            self.fail("link")
        return value


class LinkField(serializers.URLField):
    """A link on the web, with or without `https://` before it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(URLValidator(["http", "https"], message=self.error_messages["invalid"]))

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        return as_link(value) or value


class RoomOrLinkField(CharField):
    """A room or a link, whichever it turns out to be."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if len(value) > (self.max_length or 0):
            return value
        if as_link(value):
            return str(LinkField(max_length=500).run_validation(value))
        return str(PlaceField(max_length=self.max_length, allow_blank=True).run_validation(value))


class MeetingIdField(CharField):
    """A Zoom meeting number, with or without the spaces that people copy along, or the link that it stands in."""

    default_error_messages = {"meeting": "Please give the meeting's number, at most 20 letters and digits."}

    def to_internal_value(self, data: Any) -> str:
        said = super().to_internal_value(data)
        linked = _NUMBER_IN_LINK.search(said)
        value = linked[1] if linked else re.sub(r"[\s-]", "", said)
        if not re.fullmatch(r"[A-Za-z0-9_]{0,20}", value):
            self.fail("meeting")
        return value


class FormatField(serializers.ChoiceField):
    """Where people meet; `in-person` is read as `in_person`."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(EventFormat.IN_PERSON.value if data == "in-person" else data)


class PublicField(serializers.BooleanField):
    """Whether an event is public, as the visibility that it means."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = (
            "Another name for `visibility`: true is `public`, false `unlisted`; a `private` event stays private."
        )
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return (Visibility.PUBLIC if super().to_internal_value(data) else Visibility.UNLISTED).value

    def restates(self, value: str, stored: str) -> bool:
        """Whether a visibility says no more of being public than the stored one."""
        return (value == Visibility.PUBLIC) == (stored == Visibility.PUBLIC)


class CurrencyField(CharField):
    """An ISO 4217 code."""

    default_error_messages = {"currency": "Please give a currency by its ISO 4217 code, like EUR."}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data).upper()
        if value not in CURRENCIES:
            self.fail("currency")
        return value


_INPUTS: dict[str, type[serializers.Serializer[Any]]] = {}
_OUTPUTS: dict[str, type[serializers.Serializer[Any]]] = {}


def register_event_fields(
    app: str, *, inputs: type[serializers.Serializer[Any]], outputs: type[serializers.Serializer[Any]]
) -> None:
    """Add the keys of an app's `EventExtension` to the JSON of events; in the app's `api/event_fields.py`.

    inputs: the keys that an event's body may have, each not required. outputs: those that its owner reads.
    """
    _INPUTS[app], _OUTPUTS[app] = inputs, outputs


def extension_inputs() -> dict[str, Field[Any, Any, Any, Any]]:
    """Return new fields for the keys of every app's extension that are sent."""
    return {name: field for app in sorted(_INPUTS) for name, field in _INPUTS[app]().get_fields().items()}


def extension_outputs() -> dict[str, Field[Any, Any, Any, Any]]:
    """Return new fields for the keys of every app's extension that are answered.

    Each reads its key of `event.extension_values`, which the selector `with_extensions` has filled.
    """
    found: dict[str, Field[Any, Any, Any, Any]] = {}
    for app in sorted(_OUTPUTS):
        for name, field in _OUTPUTS[app]().get_fields().items():
            field.source = f"extension_values.{name}"
            found[name] = field
    return found
