"""Mailed secrets: minted when the mail is sent, used once."""

from __future__ import annotations

from datetime import datetime, timedelta

from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.models import EmailToken, User
from lyceum.core.tokens import digest, mint

LIFETIMES = {
    EmailToken.Purpose.VERIFY_EMAIL: timedelta(hours=24),
    EmailToken.Purpose.RESET_PASSWORD: timedelta(hours=1),
}
# More than this in an hour is somebody annoying the owner of the address; further mails are left out in silence.
MAILS_IN_AN_HOUR = 5


def mint_token(user: User, *, purpose: EmailToken.Purpose, at: datetime) -> str | None:
    """Return a new secret and keep its hash; None when this person was mailed too often within the hour.

    at: on the real clock.
    """
    # `created_at` is on the product's clock; this counts on the real one.
    within_the_hour = at - timedelta(hours=1) + LIFETIMES[purpose]
    recent = EmailToken.objects.filter(user=user, purpose=purpose, expires_at__gt=within_the_hour)
    if recent.count() >= MAILS_IN_AN_HOUR:
        return None
    secret, token_hash = mint()
    EmailToken.objects.create(
        user=user, purpose=purpose, token_hash=token_hash, email=user.email, expires_at=at + LIFETIMES[purpose]
    )
    return secret


def find_token(secret: str, *, purpose: EmailToken.Purpose, at: datetime) -> EmailToken:
    """Return the unused token behind a secret, without a lock.

    Raises: LinkInvalid (400), LinkExpired (400).
    """
    token = EmailToken.objects.filter(token_hash=digest(secret), purpose=purpose).first()
    if token is None or token.used_at is not None:
        raise LinkInvalid
    if token.expires_at <= at:
        raise LinkExpired
    return token


def consume_token(token: EmailToken, *, at: datetime) -> User:
    """Use a token up, and every other one of its purpose with it; return its person, locked.

    Locks: User, then EmailToken.
    Raises: LinkInvalid (400) when another request was first, or the account is gone or has another address now.
    """
    user = User.objects.select_for_update().filter(pk=token.user_id, is_active=True).first()
    if user is None or user.email != token.email:
        raise LinkInvalid
    unused = EmailToken.objects.filter(user=user, purpose=token.purpose, used_at__isnull=True)
    if not unused.filter(pk=token.pk).update(used_at=at, updated_at=at):
        raise LinkInvalid
    unused.update(used_at=at, updated_at=at)
    return user


def purge_tokens(at: datetime) -> int:
    """Remove links that expired a day ago."""
    return EmailToken.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]
