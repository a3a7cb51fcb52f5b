"""Who reacts to what. Reactions live in each app's `reactions.py`, read when the app is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lyceum.core.ledger.facts import FactBase

Reaction = Callable[..., None]
_REACTIONS: dict[str, tuple[type[Any], Reaction]] = {}
_BY_FACT: dict[type[Any], list[str]] = {}


def reaction(fact: type[FactBase], *, name: str) -> Callable[[Reaction], Reaction]:
    """Register a function `(fact, *, at)` as a reaction. It runs once in its own transaction and is idempotent.

    name: stored with each delivery, so it never changes once it has shipped.
    """

    def register(function: Reaction) -> Reaction:
        if name in _REACTIONS:
            raise TypeError(f"The reaction {name} is registered twice.")
        _REACTIONS[name] = (fact, function)
        _BY_FACT.setdefault(fact, []).append(name)
        return function

    return register


def reactions_to(fact: type[FactBase]) -> list[str]:
    """Return the names of the reactions that a fact of this type owes."""
    return _BY_FACT.get(fact, [])


def find_reaction(name: str) -> tuple[type[Any], Reaction] | None:
    """Return the fact's type and the function, or None when no such reaction ships any more."""
    return _REACTIONS.get(name)
