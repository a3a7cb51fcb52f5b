"""Fields for what only events have: wall-clock times and filters on them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_date, parse_datetime
from django_filters import rest_framework as filters
from rest_framework import serializers

from lyceum.core.api.fields import UtcDateTimeField
from lyceum.events.rules.local_time import EARLIEST_YEAR, LATEST_YEAR


class EventTimeField(UtcDateTimeField):
    """Reads a moment with its offset, or a wall-clock time without one, which stays naive for the verb to place."""

    def enforce_timezone(self, value: datetime) -> datetime:
        return value


class MomentField(forms.Field):
    """A date or an ISO 8601 time; without an offset it is UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if value in (None, ""):
            return None
        moment = _parse(str(value))
        if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise forms.ValidationError("Please give a date or time in ISO 8601, like 2026-05-01T09:00:00Z.")
        return moment.astimezone(UTC)


class MomentFilter(filters.Filter):
    """Compares a column with a moment."""

    field_class = MomentField


class BooleanField(forms.Field):
    """true or false; anything else is refused rather than ignored."""

    words = {"true": True, "1": True, "false": False, "0": False}

    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        found = self.words.get(str(value).lower())
        if found is None:
            raise forms.ValidationError("Please send true or false.")
        return found


class BooleanFilter(filters.Filter):
    """Keeps rows by a yes or no."""

    field_class = BooleanField


class TagsField(serializers.ListField):
    """Short words, each once."""

    child = serializers.CharField(max_length=50)

    def to_internal_value(self, data: Any) -> list[str]:
        tags: list[str] = super().to_internal_value(data)
        return list({tag.casefold(): tag for tag in tags}.values())


def _parse(text: str) -> datetime | None:
    # A plus sign in an address arrives as a space.
    text = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        moment = parse_datetime(text)
        if moment is None:
            day = parse_date(text)
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    except ValueError:
        return None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment
