"""Announcing facts: each is written with the change that it tells of, and one delivery for each reaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.ledger.facts import FactBase
from lyceum.core.ledger.reactions import reactions_to
from lyceum.core.models.ledger import Delivery, Fact
from lyceum.core.public_changes import note_changes
from lyceum.core.work.wake_up import wake

# Visitors are shown events and who runs them: what a fact tells of these, the answers kept for visitors lack.
_SHOWN_TO_VISITORS = ("event_id", "user_id")


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
    note_changes(*{value for row in rows for name, value in row.data.items() if name in _SHOWN_TO_VISITORS and value})
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
