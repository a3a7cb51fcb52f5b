"""What an API key needs to be let in at a route."""

from __future__ import annotations

from typing import Any, Final

from lyceum.core.actors import Actor

_SAFE: Final = frozenset(["GET", "HEAD", "OPTIONS"])
# Whatever shows other people's names, addresses or answers needs this one too, wherever it is shown.
PEOPLE: Final = "registrations:read"


def needed_scopes(view: Any, method: str) -> tuple[str, ...]:
    """Return the scopes that a key needs for this request, all of them; nothing means that no key is let in."""
    if not view.scope:
        return ()
    own = f"{view.scope}:{'read' if method in _SAFE else 'write'}"
    return (own, PEOPLE) if view.verb in view.shows_people and own != PEOPLE else (own,)


def lacking_scopes(view: Any, method: str, actor: Actor) -> tuple[str, ...]:
    """Return the needed scopes that the actor's key lacks; none for a full sign-in."""
    return tuple(scope for scope in needed_scopes(view, method) if not actor.allows_scope(scope))


def opens(view: Any, method: str, actor: Actor) -> bool:
    """Say whether the actor may come as who they are: by a full sign-in, or with a key that covers this request."""
    return actor.scopes is None or bool(needed_scopes(view, method) and not lacking_scopes(view, method, actor))
