"""What higher apps tell accounts about a person, without accounts knowing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

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
