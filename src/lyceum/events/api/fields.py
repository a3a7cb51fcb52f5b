"""Serializer fields for what only events have."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.fields import Field

from lyceum.core.api.fields import CharField, UtcDateTimeField
from lyceum.core.money import CURRENCIES


class EventTimeField(UtcDateTimeField):
    """Reads a moment with its offset, or a wall-clock time without one, which stays naive for the verb to place."""

    def enforce_timezone(self, value: datetime) -> datetime:
        return value


class TagsField(serializers.ListField):
    """Short words, each once."""

    child = serializers.CharField(max_length=50)

    def to_internal_value(self, data: Any) -> list[str]:
        tags: list[str] = super().to_internal_value(data)
        return list({tag.casefold(): tag for tag in tags}.values())


class MeetingIdField(CharField):
    """A Zoom meeting number, with or without the spaces that people copy along."""

    default_error_messages = {"meeting": "Please give the meeting's number, at most 20 letters and digits."}

    def to_internal_value(self, data: Any) -> str:
        value = re.sub(r"[\s-]", "", super().to_internal_value(data))
        if not re.fullmatch(r"[A-Za-z0-9_]{0,20}", value):
            self.fail("meeting")
        return value


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
