"""Times as people say them: in the event's own zone, across changes to and from daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from lyceum.core.errors import ValidationRefused

# Beyond this a date is a slip of the finger, and arithmetic on it may leave the calendar.
LATEST_YEAR = 2150
EARLIEST_YEAR = 2000


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Say whether this is an IANA time zone."""
    return name in _zone_names()


def resolve(value: datetime, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the moment that a person meant, aware, UTC.

    value: with an offset it is that moment; without one it is the clock on the wall in `zone`.
        A wall time that happens twice means the first of the two.
    field: whose error it is.
    Raises: ValidationRefused (422) for a wall time that the change to summer time leaves out, or a year out of range.
    """
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValidationRefused({field: [f"The year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}."]})
    if value.tzinfo is not None:
        return value.astimezone(UTC)
    moment = value.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != value:
        raise ValidationRefused(
            {field: [f"The clocks in {zone.key} skip this time on that day. Please choose an earlier or later one."]}
        )
    return moment


def shift_wall(moment: datetime, zone: ZoneInfo, by: timedelta) -> datetime:
    """Return the moment that lies `by` later on the wall clock, UTC: 10:00 stays 10:00 whatever the season.

    A result that the clocks skip moves forward by the gap.
    """
    wall = moment.astimezone(zone).replace(tzinfo=None) + by
    return wall.replace(tzinfo=zone).astimezone(UTC)


def wall_distance(earlier: datetime, later: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far apart two moments are on the wall clock of `zone`."""
    first = earlier.astimezone(zone).replace(tzinfo=None)
    return later.astimezone(zone).replace(tzinfo=None) - first
