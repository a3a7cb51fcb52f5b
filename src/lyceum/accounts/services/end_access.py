"""Ending every way into an account that was opened before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.accounts.models import ApiKey, EmailToken, User, UserSession
from lyceum.accounts.services.api_keys import revoke_locked
from lyceum.accounts.services.sessions import end_other_sessions
from lyceum.core.actors import Actor


def end_access(
    user: User, *, keep_session: UUID | None, reason: UserSession.EndReason, actor: Actor, at: datetime
) -> None:
    """End the sessions, API keys and mailed links of an account, in the caller's transaction.

    Whoever had the old password, or the address before its owner proved it, may have made them.

    Locks: EmailToken, UserSession, ApiKey; the caller holds the User.
    keep_session: the one session that stays, or None.
    at: on the real clock.
    Publishes: ApiKeyRevoked for each key.
    """
    EmailToken.objects.filter(user=user, used_at__isnull=True).update(used_at=at, updated_at=at)
    end_other_sessions(user_id=user.pk, keep=keep_session, actor=Actor.system(), at=at, reason=reason)
    keys = ApiKey.objects.select_for_update().filter(user=user, revoked_at__isnull=True).order_by("pk")
    for key in keys:
        revoke_locked(key, actor=actor, at=at)
