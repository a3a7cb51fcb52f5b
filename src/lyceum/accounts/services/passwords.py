"""Changing and resetting passwords."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from lyceum.accounts import mails
from lyceum.accounts.facts import PasswordChanged
from lyceum.accounts.models import EmailToken, User, UserSession
from lyceum.accounts.policies import require_owner
from lyceum.accounts.security.attempt_limits import begin_attempt
from lyceum.accounts.security.passwords import check_new_password
from lyceum.accounts.services.email_tokens import consume_token, find_token
from lyceum.accounts.services.end_access import end_access
from lyceum.accounts.services.locking import get_account, lock_unchanged
from lyceum.accounts.services.sign_in import confirm_password
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import PermissionDenied
from lyceum.core.ledger import publish


def change_password(
    *,
    user_id: UUID,
    old_password: str,
    new_password: str,
    keep_session: UUID | None,
    address: str,
    actor: Actor,
    at: datetime,
    fields: tuple[str, str] = ("old_password", "new_password"),
) -> User:
    """Change the actor's own password; every other session, and every key and mailed link, ends.

    Locks: User, EmailToken, UserSession, ApiKey.
    keep_session: the device that asks. at: on the real clock. fields: the inputs' names, for refusals.
    Raises: ValidationRefused (422), RateLimited (429), NotAuthenticated (401) when it was changed meanwhile.
    Publishes: PasswordChanged, ApiKeyRevoked for each key.
    """
    require_owner(actor, user_id)
    user = get_account(user_id)
    confirm_password(user=user, password=old_password, purpose="password", address=address, field=fields[0])
    check_new_password(new_password, user=user, field=fields[1])
    encoded = make_password(new_password)
    with transaction.atomic():
        user = lock_unchanged(user)
        _store(user, encoded, how="changed", keep=keep_session, at=at)
    return user


def request_password_reset(*, email: str, address: str, at: datetime) -> None:
    """Mail a reset link where there is such an account; say nothing about whether there is one.

    Nobody is looked up here: the mail's row is the same for every address, and who it is for is asked when it is sent.
    Raises: RateLimited (429), alike for known and unknown addresses.
    """
    email = email.strip().lower()
    begin_attempt(purpose="reset", account=email, address=address)
    mails.ask_for_password_reset(email)


def mail_reset_link(*, user_id: UUID, actor: Actor) -> None:
    """Mail the owner of an account a link to choose a new password, because staff were asked to.

    Raises: PermissionDenied (403) for whoever is no staff, NotAuthenticated (401) when the account is gone.
    """
    if not actor.is_staff:
        raise PermissionDenied
    mails.ask_for_password_reset(get_account(user_id).email)


def reset_password(*, token: str, new_password: str, at: datetime) -> User:
    """Set a new password by a mailed link; every session, key and mailed link ends.

    Locks: User, EmailToken, UserSession, ApiKey.
    at: on the real clock.
    Raises: LinkInvalid (400), LinkExpired (400), ValidationRefused (422), which leaves the link usable.
    Publishes: PasswordChanged, ApiKeyRevoked for each key.
    """
    found = find_token(token, purpose=EmailToken.Purpose.RESET_PASSWORD, at=at)
    check_new_password(new_password, user=found.user, field="new_password")
    encoded = make_password(new_password)
    with transaction.atomic():
        user = consume_token(found, at=at)
        _store(user, encoded, how="reset", keep=None, at=at)
    return user


def _store(user: User, encoded: str, *, how: str, keep: UUID | None, at: datetime) -> None:
    user.password = encoded
    user.save(update_fields=["password", "updated_at"])
    end_access(user, keep_session=keep, reason=UserSession.EndReason.PASSWORD, actor=Actor.of(user), at=at)
    if keep is not None:
        UserSession.objects.filter(pk=keep).update(auth_hash=user.get_session_auth_hash(), authenticated_at=at)
    publish(PasswordChanged(user_id=user.pk, how=how), actor=Actor.of(user), about=user.pk, at=clock.now())
    mails.send_password_changed(user)
    if not user.email_verified:
        # The link that was mailed before is void now.
        mails.send_verification(user)
