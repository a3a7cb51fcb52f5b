"""From what a person sent about times to moments that hold together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lyceum.core.errors import MissingField, ValidationRefused
from lyceum.events.rules.local_time import resolve

SHORTEST, LONGEST = 15, 480


@dataclass(frozen=True)
class Times:
    """One session's window; minutes are whole."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def read_times(values: Mapping[str, Any], zone: ZoneInfo, *, current: Times | None = None) -> Times:
    """Return the window that `starts_at` with `duration_minutes` or `ends_at` describe.

    values: times may be naive, in `zone`. What is absent stays as in `current`.
    Raises: MissingField (400), ValidationRefused (422).
    """
    starts_at = _moment(values, "starts_at", zone) or (current.starts_at if current else None)
    ends_at = _moment(values, "ends_at", zone)
    sent_minutes: int | None = values.get("duration_minutes")
    minutes = sent_minutes
    if minutes is None and ends_at is None and current is not None:
        minutes = current.minutes
    if starts_at is None or (minutes is None and ends_at is None):
        raise _missing(starts_at is None, minutes is None and ends_at is None)
    if ends_at is not None:
        minutes = _whole_minutes(starts_at, ends_at)
        if sent_minutes not in (None, minutes):
            raise ValidationRefused(
                {"ends_at": [f"This end is {minutes} minutes after the start, not {sent_minutes}."]}
            )
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        field = "duration_minutes" if ends_at is None else "ends_at"
        raise ValidationRefused({field: [f"A session lasts from {SHORTEST} to {LONGEST} minutes."]})
    return Times(starts_at, minutes)


def check_not_past(moment: datetime, at: datetime, *, field: str = "starts_at") -> None:
    """Raises: ValidationRefused (422) for a start that is over already."""
    if moment <= at:
        raise ValidationRefused({field: ["This time has passed. Please choose one in the future."]})


def _moment(values: Mapping[str, Any], field: str, zone: ZoneInfo) -> datetime | None:
    value = values.get(field)
    return None if value is None else resolve(value, zone, field=field)


def _missing(start: bool, length: bool) -> MissingField:
    errors: dict[str, list[str]] = {}
    if start:
        errors["starts_at"] = ["Please say when it starts."]
    if length:
        errors["duration_minutes"] = ["Please give a duration in minutes, or ends_at."]
    return MissingField(errors)


def _whole_minutes(starts_at: datetime, ends_at: datetime) -> int:
    seconds = (ends_at - starts_at).total_seconds()
    if seconds <= 0:
        raise ValidationRefused({"ends_at": ["The end must come after the start."]})
    if seconds % 60:
        raise ValidationRefused({"ends_at": ["Please choose an end a whole number of minutes after the start."]})
    return int(seconds // 60)
