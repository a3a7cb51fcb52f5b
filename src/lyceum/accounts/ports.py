"""What higher apps register with accounts: what a person has there, and further channels of notification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notification is for: an address, with or without an account."""

    email: str
    name: str = ""
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a notification is about: a row of the app that sends it, and the event it belongs to, where there is one."""

    row_id: UUID | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing that one person is to know, as `notify` hands it to each channel."""

    kind: str
    person: Recipient
    about: About
    at: datetime
    params: dict[str, Any] = field(default_factory=dict)
    dedupe_key: str | None = None
    due_at: datetime | None = None


class Channel(Protocol):
    """A way to reach people. It runs in the caller's transaction and says whether it has taken the notification."""

    def __call__(self, notification: Notification, /) -> bool: ...


ActiveContent = Callable[[UUID], list[str]]
Statistics = Callable[[UUID], dict[str, float | int]]

# What a profile shows before any app counts it.
STATISTICS: Final[dict[str, float | int]] = {
    "total_hours_learned": 0,
    "courses_completed": 0,
    "certificates_earned": 0,
    "current_streak_days": 0,
    "total_events_attended": 0,
    "total_events_organized": 0,
}

_ACTIVE_CONTENT: list[ActiveContent] = []
_STATISTICS: list[Statistics] = []
_CHANNELS: dict[str, Channel] = {}


def register_active_content(source: ActiveContent) -> None:
    """Register what names, in people's words, the things that keep a role or an account from being given up."""
    if source not in _ACTIVE_CONTENT:
        _ACTIVE_CONTENT.append(source)


def register_statistics(source: Statistics) -> None:
    """Register what counts some of the keys of `STATISTICS` for one person; others are refused."""
    if source not in _STATISTICS:
        _STATISTICS.append(source)


def active_content(user_id: UUID) -> list[str]:
    """Return what still holds this person's account, named by every app."""
    return [line for source in _ACTIVE_CONTENT for line in source(user_id)]


def statistics(user_id: UUID) -> dict[str, float | int]:
    """Return what the profile shows about a person's learning."""
    counted = dict(STATISTICS)
    for source in _STATISTICS:
        found = source(user_id)
        if unknown := set(found) - set(STATISTICS):
            raise KeyError(f"No profile shows {sorted(unknown)}.")
        counted.update(found)
    return counted


def register_notification_channel(name: str, channel: Channel) -> None:
    """Register one more way to reach people. It is passed every kind, and answers False to those it doesn't know."""
    _CHANNELS[name] = channel


def notification_channels() -> dict[str, Channel]:
    """Return the channels by name, in the order in which they registered."""
    return dict(_CHANNELS)
