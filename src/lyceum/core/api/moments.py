"""Reading a moment that somebody typed or that a program sent, in one way wherever it stands in an address."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.dateparse import parse_date, parse_datetime


def parse_moment(text: str) -> datetime:
    """Return a date or an ISO 8601 time in UTC; without an offset it is UTC.

    Raises: ValueError for what is neither, or lies before the first or after the last moment that a calendar has.
    """
    # A plus sign in an address arrives as a space.
    text = text.strip().replace(" ", "+") if "T" in text else text.strip()
    moment = parse_datetime(text) or _midnight_of(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # An offset can carry the first and the last day of the calendar beyond it.
        raise ValueError(text) from None


def _midnight_of(text: str) -> datetime:
    """Raises: ValueError."""
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
