"""From what a person sent about times to moments that hold together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lyceum.core.errors import MissingField, ValidationRefused
from lyceum.events.local_time import resolve

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
    starts_at = _moment(values, "starts_at", zone) or (current and current.starts_at)
    minutes = values.get("duration_minutes")
    ends_at = _moment(values, "ends_at", zone)
    _require(starts_at, minutes if minutes is not None else ends_at, current)
    assert starts_at is not None
    if ends_at is not None:
        spanned = _whole_minutes(starts_at, ends_at)
        if minutes is not None and minutes != spanned:
            raise ValidationRefused({"ends_at": [f"This end is {spanned} minutes after the start, not {minutes}."]})
        minutes = spanned
    if minutes is None and current is not None:
        minutes = current.minutes
    assert minutes is not None
    if not SHORTEST <= minutes <= LONGEST:
        field = "ends_at" if ends_at is not None and values.get("duration_minutes") is None else "duration_minutes"
        raise ValidationRefused({field: [f"A session lasts from {SHORTEST} to {LONGEST} minutes."]})
    return Times(starts_at, minutes)


def check_not_past(moment: datetime, at: datetime, *, field: str = "starts_at") -> None:
    """Raises: ValidationRefused (422) for a start that is over already."""
    if moment <= at:
        raise ValidationRefused({field: ["This time has passed. Please choose one in the future."]})


def _moment(values: Mapping[str, Any], field: str, zone: ZoneInfo) -> datetime | None:
    value = values.get(field)
    return None if value is None else resolve(value, zone, field=field)


def _require(starts_at: datetime | None, length: Any, current: Times | None) -> None:
    missing: dict[str, list[str]] = {}
    if starts_at is None:
        missing["starts_at"] = ["Please say when it starts."]
    if length is None and current is None:
        missing["duration_minutes"] = ["Please give a duration in minutes, or ends_at."]
    if missing:
        raise MissingField(missing)


def _whole_minutes(starts_at: datetime, ends_at: datetime) -> int:
    seconds = (ends_at - starts_at).total_seconds()
    if seconds <= 0:
        raise ValidationRefused({"ends_at": ["The end must come after the start."]})
    if seconds % 60:
        raise ValidationRefused({"ends_at": ["Please choose an end a whole number of minutes after the start."]})
    return int(seconds // 60)
