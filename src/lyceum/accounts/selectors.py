"""Reading accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts import ports
from lyceum.accounts.models import ApiKey, User, UserSession
from lyceum.accounts.services.preferences import switches_of
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.files import storage

AVATAR_LINK_SECONDS = 24 * 3600


@dataclass(frozen=True)
class OwnAccount:
    """An account with what its owner sees beside it."""

    user: User
    avatar_url: str | None
    statistics: dict[str, float | int]
    switches: dict[str, bool]


def own_account(user: Any) -> OwnAccount:
    """Return the signed-in person's account; the row is the one that authentication has read."""
    return OwnAccount(
        user=user,
        avatar_url=avatar_url(user),
        statistics=ports.statistics(user.pk),
        switches=switches_of(user.pk),
    )


def visible_users(actor: Actor) -> Any:
    """Return the accounts this actor may read."""
    return User.objects.visible_to(actor)


def get_visible_user(actor: Actor, user_id: UUID) -> User:
    """Raises: NotFound (404)."""
    user: User = get_own(visible_users(actor), user_id)
    return user


def get_public_organizer(user_id: UUID) -> User:
    """Return an organizer whose page is public.

    Raises: NotFound (404), also when it isn't public.
    """
    user: User = get_own(User.objects.public_organizers(), user_id)
    return user


def own_sessions(actor: Actor, *, at: datetime) -> Any:
    """Return the actor's signed-in devices.

    at: on the real clock.
    """
    return UserSession.objects.visible_to(actor).alive(at)


def own_api_keys(actor: Actor) -> Any:
    """Return the actor's keys, expired ones included."""
    return ApiKey.objects.visible_to(actor)


def avatar_url(user: User) -> str | None:
    """Return a signed link to the picture, or None."""
    if not user.avatar_key:
        return None
    return storage.signed_link(user.avatar_key, filename="avatar", seconds=AVATAR_LINK_SECONDS, inline=True)


def get_own(rows: Any, row_id: UUID) -> Any:
    """Return one row of a set that is the actor's own.

    Raises: NotFound (404).
    """
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row
