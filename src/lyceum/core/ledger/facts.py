"""What a fact is, and how one is announced."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.ledger.reacting import reactions_to
from lyceum.core.models.ledger import Delivery, Fact
from lyceum.core.work import wake

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


def publish(fact: FactBase, *, actor: Actor, about: UUID | None, at: datetime) -> Fact:
    """Write the fact and one delivery for each reaction, in the caller's transaction.

    about: the aggregate whose timeline shows it.
    """
    return publish_many([(fact, about)], actor=actor, at=at)[0]


def publish_many(items: Sequence[tuple[FactBase, UUID | None]], *, actor: Actor, at: datetime) -> list[Fact]:
    """Write many facts and their deliveries with two inserts."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A fact commits with its change: publish inside a transaction.")
    rows = [
        Fact(
            name=fact.name,
            about_id=about,
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            data=fact.as_data(),
            occurred_at=at,
        )
        for fact, about in items
    ]
    deliveries = [
        Delivery(fact=row, reaction=name, due_at=at)
        for row, (fact, _) in zip(rows, items, strict=True)
        for name in reactions_to(type(fact))
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        Fact.objects.bulk_create(rows, batch_size=500)
    if deliveries:
        if len(deliveries) == 1:
            deliveries[0].save(force_insert=True)
        else:
            Delivery.objects.bulk_create(deliveries, batch_size=500)
        wake()
    return rows


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
