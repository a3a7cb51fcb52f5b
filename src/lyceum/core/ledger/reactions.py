"""Who reacts to what. Reactions live in each app's `reactions.py`, read when the app is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lyceum.core.ledger.facts import FactBase

Function = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A registered function and the type of the facts that it reacts to; `many` takes a list of them."""

    fact: type[Any]
    function: Function
    many: bool


_REACTIONS: dict[str, Reaction] = {}
_BY_FACT: dict[type[Any], list[str]] = {}


def reaction(fact: type[FactBase], *, name: str, many: bool = False) -> Callable[[Function], Function]:
    """Register a function `(fact, *, at)` as a reaction. It runs once in its own transaction and is idempotent.

    name: stored with each delivery, so it never changes once it has shipped.
    many: the function is `(facts, *, at)` instead, and reacts to all that are due at once in one transaction, for what
        follows what a crowd does. Where that fails, each of them is tried alone.
    """

    def register(function: Function) -> Function:
        if name in _REACTIONS:
            raise TypeError(f"The reaction {name} is registered twice.")
        _REACTIONS[name] = Reaction(fact, function, many)
        _BY_FACT.setdefault(fact, []).append(name)
        return function

    return register


def reactions_to(fact: type[FactBase]) -> list[str]:
    """Return the names of the reactions that a fact of this type owes."""
    return _BY_FACT.get(fact, [])


def find_reaction(name: str) -> Reaction | None:
    """Return the reaction, or None when no such one ships any more."""
    return _REACTIONS.get(name)
