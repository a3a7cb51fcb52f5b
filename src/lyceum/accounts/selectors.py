"""Reading accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts import ports
from lyceum.accounts.models import ApiKey, RecoveryCode, SecondFactor, User, UserSession
from lyceum.accounts.services.leave import EXPORT_KIND
from lyceum.accounts.services.preferences import switches_of
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.files import storage
from lyceum.core.models import Job
from lyceum.core.ownership import own
from lyceum.core.work.jobs import PERSONAL_LINK_SECONDS

AVATAR_LINK_SECONDS = 24 * 3600


@dataclass(frozen=True)
class OwnAccount:
    """An account with what its owner sees beside it."""

    user: User
    avatar_url: str | None
    statistics: dict[str, float | int]
    switches: dict[str, bool]
    second_factor_enabled: bool


@dataclass(frozen=True)
class SecondFactorState:
    """Whether an account has two-factor sign-in, and how many recovery codes are left."""

    enabled: bool
    enabled_at: datetime | None = None
    recovery_codes_left: int = 0


def own_account(user: Any) -> OwnAccount:
    """Return the signed-in person's account; the row is the one that authentication has read."""
    return OwnAccount(
        user=user,
        avatar_url=avatar_url(user),
        statistics=ports.statistics(user.pk),
        switches=switches_of(user.pk),
        second_factor_enabled=has_second_factor(user.pk),
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


def own_second_factor(actor: Actor) -> SecondFactorState:
    """Return the state of the actor's two-factor sign-in."""
    factor = SecondFactor.objects.visible_to(actor).active().first()
    if factor is None:
        return SecondFactorState(enabled=False)
    left = RecoveryCode.objects.unused(factor.user_id).count()
    return SecondFactorState(enabled=True, enabled_at=factor.confirmed_at, recovery_codes_left=left)


def has_second_factor(user_id: UUID) -> bool:
    """Say whether an account has two-factor sign-in."""
    return SecondFactor.objects.active().filter(user_id=user_id).exists()


def actor_without_sign_in(user: User, *, scopes: frozenset[str] | None = None) -> Actor:
    """Return the actor for an account for which something else acts: an API key, or a job that it has started.

    Where staff need a second factor, it is enough that the account has one: what acts was set up behind it.
    """
    user.came_with_second_factor = user.lacks_second_factor and has_second_factor(user.pk)
    return Actor.of(user, scopes=scopes)


def own_api_keys(actor: Actor) -> Any:
    """Return the actor's keys, expired ones included."""
    return ApiKey.objects.visible_to(actor)


def own_archive_link(actor: Actor, job_id: UUID) -> str:
    """Return a signed link to the gathered archive of the actor's own data; it works for a few minutes.

    Raises: NotFound (404), also when the archive is gone again.
    """
    rows = Job.objects.filter(own(actor, "owner"), kind=EXPORT_KIND).exclude(file_key="")
    job: Job = get_own(rows, job_id)
    return storage.signed_link(job.file_key, filename=job.file_name, seconds=PERSONAL_LINK_SECONDS)


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
