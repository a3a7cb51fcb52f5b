"""What may be done only soon after signing in, so that an open session that somebody finds isn't enough for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from lyceum.core.actors import Actor
from lyceum.core.errors import ReauthenticationRequired


def is_fresh(actor: Actor, *, at: datetime) -> bool:
    """Say whether this person proved who they are within REAUTHENTICATION_MINUTES; without that limit, everybody did.

    at: on the real clock.
    """
    minutes: int | None = settings.REAUTHENTICATION_MINUTES
    if minutes is None or actor.is_system:
        return True
    return actor.authenticated_at is not None and at - actor.authenticated_at < timedelta(minutes=minutes)


def require_fresh_sign_in(actor: Actor, *, at: datetime) -> None:
    """Refuse whoever signed in too long ago.

    at: on the real clock.
    Raises: ReauthenticationRequired (403).
    """
    if not is_fresh(actor, at=at):
        raise ReauthenticationRequired(minutes=settings.REAUTHENTICATION_MINUTES)
