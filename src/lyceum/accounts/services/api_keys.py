"""Keys for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyceum.accounts.errors import TooManyApiKeys
from lyceum.accounts.facts import ApiKeyCreated, ApiKeyRevoked
from lyceum.accounts.models import ApiKey
from lyceum.accounts.services.locking import lock_user
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import NotAuthenticated, NotFound
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


@transaction.atomic
def create_api_key(
    *, name: str, scopes: Iterable[str], expires_at: datetime | None, actor: Actor, at: datetime
) -> tuple[ApiKey, str]:
    """Make a key for the actor; return it with its secret, which is never shown again.

    Locks: User.
    expires_at: at most a year ahead, checked by the caller; None for 90 days. at: on the real clock.
    Raises: TooManyApiKeys (409).
    Publishes: ApiKeyCreated.
    """
    if actor.user_id is None:
        raise NotAuthenticated
    lock_user(actor.user_id)
    if ApiKey.objects.visible_to(actor).count() >= MAX_KEYS:
        raise TooManyApiKeys
    secret, key_hash = mint(KEY_START)
    key = ApiKey.objects.create(
        user_id=actor.user_id,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        key_hash=key_hash,
        scopes=sorted(set(scopes)),
        expires_at=expires_at or at + DEFAULT_LIFE,
    )
    fact = ApiKeyCreated(user_id=actor.user_id, api_key_id=key.pk)
    publish(fact, actor=actor, about=actor.user_id, at=clock.now())
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
    key.revoked_at = at
    key.save(update_fields=["revoked_at", "updated_at"])
    fact = ApiKeyRevoked(user_id=key.user_id, api_key_id=key.pk)
    publish(fact, actor=actor, about=key.user_id, at=clock.now())


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Record that a key was used, at most once in five minutes, without a lock."""
    if key.last_used_at is None or at - key.last_used_at >= timedelta(minutes=5):
        ApiKey.objects.filter(pk=key.pk, last_used_at=key.last_used_at).update(last_used_at=at)
