"""The register of personal data: each app says what it holds about a person, and how it forgets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Rows = list[dict[str, Any]]
Export = Callable[[UUID], Iterable[tuple[str, Rows]]]
Erase = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Holding:
    """One app's share: `export(user_id)` yields (file name, rows); `erase(user_id, at=)` anonymises."""

    name: str
    export: Export
    erase: Erase


_HOLDINGS: dict[str, Holding] = {}


def register_personal_data(name: str, *, export: Export, erase: Erase) -> None:
    """Add an app's holding, in `apps.ready()`."""
    _HOLDINGS[name] = Holding(name, export, erase)


def export_person(user_id: UUID) -> Iterator[tuple[str, Rows]]:
    """Yield every file of what is held about a person."""
    for name in sorted(_HOLDINGS):
        yield from _HOLDINGS[name].export(user_id)


def erase_person(user_id: UUID, *, at: datetime) -> None:
    """Have every app forget a person, inside the caller's transaction."""
    for name in sorted(_HOLDINGS):
        _HOLDINGS[name].erase(user_id, at=at)
