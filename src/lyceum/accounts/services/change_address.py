"""Giving an account another email address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lyceum.accounts import mails
from lyceum.accounts.facts import AddressChanged
from lyceum.accounts.models import User, UserSession
from lyceum.accounts.services.end_access import end_access
from lyceum.accounts.services.locking import lock_user
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import PermissionDenied
from lyceum.core.ledger import publish


@transaction.atomic
def change_address(*, user: User, columns: Collection[str], old_address: str, actor: Actor, at: datetime) -> User:
    """Save an account to which staff gave another address. The address counts as unproven until its link is opened.

    Every session, key and mailed link ends: they belong to whoever had the old address. That address is told, so that
    a change that its owner didn't ask for is noticed.

    Locks: User, EmailToken, UserSession, ApiKey.
    user: with the new values, not saved yet. columns: those that changed. at: on the real clock.
    Raises: PermissionDenied (403) for whoever is no staff.
    Publishes: AddressChanged, ApiKeyRevoked for each key.
    """
    if not actor.is_staff:
        raise PermissionDenied
    lock_user(user.pk)
    user.email_verified_at = None
    user.save(update_fields=[*columns, "email_verified_at", "updated_at"])
    end_access(user, keep_session=None, reason=UserSession.EndReason.ADDRESS, actor=actor, at=at)
    publish(AddressChanged(user_id=user.pk), actor=actor, about=user.pk, at=clock.now())
    mails.send_address_changed(user, old_address)
    mails.send_verification(user)
    return user
