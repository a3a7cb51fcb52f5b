"""Keys for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyceum.accounts.errors import TooManyApiKeys
from lyceum.accounts.facts import ApiKeyCreated, ApiKeyRevoked
from lyceum.accounts.models import ApiKey, User
from lyceum.accounts.policies import require_owner, require_verified
from lyceum.accounts.services.locking import lock_unchanged
from lyceum.accounts.services.reauthenticate import confirm_identity
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.core.tokens import mint

KEY_START = "lyc_"
PREFIX_LENGTH = 12
MAX_KEYS = 20
LONGEST_LIFE = timedelta(days=366)
DEFAULT_LIFE = timedelta(days=90)
# What a key may be given. Passwords, devices, keys and the account itself stay with a person who signed in.
SCOPES = (
    "profile:read",
    "profile:write",
    "events:read",
    "events:write",
    "registrations:read",
    "registrations:write",
    "certificates:read",
    "certificates:write",
    "jobs:read",
)


def create_api_key(
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    password: str,
    address: str,
    user: User,
    actor: Actor,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key for the actor; return it with its secret, which is never shown again.

    Locks: User.
    user: the actor's row as the sign-in was judged by; a password that has changed since makes no key.
    expires_at: at most a year ahead, checked by the caller; None for 90 days. at: on the real clock.
    password, address: see `confirm_identity`.
    Raises: EmailNotVerified (403), ReauthenticationRequired (403), ValidationRefused (422), RateLimited (429),
        TooManyApiKeys (409), NotAuthenticated (401).
    Publishes: ApiKeyCreated.
    """
    confirm_identity(actor=actor, password=password, address=address, at=at)
    return _create(name, scopes, expires_at, user, actor, at)


@transaction.atomic
def _create(
    name: str, scopes: Iterable[str], expires_at: datetime | None, user: User, actor: Actor, at: datetime
) -> tuple[ApiKey, str]:
    require_owner(actor, user.pk)
    require_verified(lock_unchanged(user))
    if ApiKey.objects.visible_to(actor).count() >= MAX_KEYS:
        raise TooManyApiKeys
    secret, key_hash = mint(KEY_START)
    key = ApiKey.objects.create(
        user_id=user.pk,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        key_hash=key_hash,
        scopes=sorted(set(scopes)),
        expires_at=expires_at or at + DEFAULT_LIFE,
    )
    fact = ApiKeyCreated(user_id=user.pk, api_key_id=key.pk)
    publish(fact, actor=actor, about=user.pk, at=clock.now())
    return key, secret


@transaction.atomic
def revoke_api_key(*, api_key_id: UUID, actor: Actor, at: datetime) -> None:
    """Take one of the actor's keys away, at once.

    Locks: ApiKey.
    Raises: NotFound (404).
    Publishes: ApiKeyRevoked.
    """
    key = ApiKey.objects.select_for_update().visible_to(actor).filter(pk=api_key_id).first()
    if key is None:
        raise NotFound
    revoke_locked(key, actor=actor, at=at)


def revoke_locked(key: ApiKey, *, actor: Actor, at: datetime) -> None:
    """Take away a key that the caller has locked.

    Publishes: ApiKeyRevoked.
    """
    key.revoked_at = at
    key.save(update_fields=["revoked_at", "updated_at"])
    fact = ApiKeyRevoked(user_id=key.user_id, api_key_id=key.pk)
    publish(fact, actor=actor, about=key.user_id, at=clock.now())


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Record that a key was used, at most once in five minutes, without a lock."""
    if key.last_used_at is None or at - key.last_used_at >= timedelta(minutes=5):
        ApiKey.objects.filter(pk=key.pk, last_used_at=key.last_used_at).update(last_used_at=at)
