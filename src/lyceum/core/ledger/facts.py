"""What a fact is, and how one is announced."""

from __future__ import annotations

import typing
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

_FACTS: dict[str, type[FactBase]] = {}


@dataclass(frozen=True)
class FactBase:
    """Base of every fact: a frozen dataclass in the past tense with ids and amounts, no personal data."""

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not getattr(cls, "name", "") or cls.name in _FACTS:
            raise TypeError(f"{cls.__name__} needs a name of its own, like 'events.event_published'.")
        _FACTS[cls.name] = cls

    def as_data(self) -> dict[str, Any]:
        """Return the fact as JSON-ready values."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Return the fact that `as_data` described; keys of older versions that are gone are ignored."""
        hints = _readers(cls.name)
        return cls(**{name: hints[name](value) for name, value in data.items() if name in hints})


def facts() -> dict[str, type[FactBase]]:
    """Return every known fact by its name."""
    return dict(sorted(_FACTS.items()))


def _plain(value: Any) -> Any:
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


@cache
def _readers(name: str) -> dict[str, Any]:
    cls = _FACTS[name]
    hints = typing.get_type_hints(cls)
    return {field.name: _reader(hints[field.name]) for field in fields(cls)}


def _reader(hint: Any) -> Any:
    kinds = [kind for kind in (typing.get_args(hint) or (hint,)) if kind is not type(None)]
    parse: Any = {UUID: UUID, Decimal: Decimal, datetime: datetime.fromisoformat}.get(kinds[0])
    return lambda value: value if parse is None or value is None else parse(value)
