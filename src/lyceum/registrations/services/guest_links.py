"""The links by which people reach their registration without an account."""

from __future__ import annotations

from datetime import datetime, timedelta

from lyceum.core import tokens
from lyceum.core.clock import real_now
from lyceum.core.errors import NotFound
from lyceum.core.links import absolute
from lyceum.registrations.models import GuestLink, Registration

# A link outlives its event by this much, so that people find their certificate with it.
KEPT_AFTER_END = timedelta(days=90)
_TOKEN_LENGTH = 43


def mint_guest_link(registration: Registration, *, at: datetime) -> str:
    """Return a new link to this registration for its owner's mail; only the secret's digest is kept.

    The secret stands in the path, which the page reads, and after `token=`, by which programs find it in a mail.
    """
    secret, digest = tokens.mint()
    ahead = max(registration.event.ends_at - at, timedelta())
    GuestLink.objects.create(
        registration=registration, token_hash=digest, expires_at=real_now() + ahead + KEPT_AFTER_END
    )
    return absolute(f"/r/{secret}/?token={secret}")


def find_by_link(token: str) -> Registration:
    """Return the registration that a mailed secret leads to, with its event and ticket.

    Raises: NotFound (404) for a wrong or expired one.
    """
    if len(token) != _TOKEN_LENGTH:
        raise NotFound
    link = (
        GuestLink.objects.select_related("registration__event__owner", "registration__ticket_type")
        .filter(token_hash=tokens.digest(token), expires_at__gt=real_now(), registration__deleted_at__isnull=True)
        .first()
    )
    if link is None:
        raise NotFound
    return link.registration
