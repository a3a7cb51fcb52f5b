"""The second step of a sign-in: the code, after the password was right."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare

from lyceum.accounts import mails
from lyceum.accounts.errors import AuthenticationFailed, PasswordStep, SecondFactorInvalid, SecondFactorRequired
from lyceum.accounts.facts import RecoveryCodeUsed, SecondFactorGuessed
from lyceum.accounts.models import RecoveryCode, SecondFactor, User
from lyceum.accounts.rules import totp
from lyceum.accounts.rules.recovery_codes import as_typed, canonical, is_recovery_code
from lyceum.accounts.security.attempt_limits import Attempt, begin_attempt, forget_attempts
from lyceum.accounts.services.locking import lock_user
from lyceum.accounts.services.sessions import SignedIn, open_session
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.encryption import Unreadable
from lyceum.core.ledger import publish
from lyceum.core.tokens import digest

log = logging.getLogger(__name__)


def open_after_password(*, user: User, code: str, address: str, **device: Any) -> SignedIn:
    """Sign somebody in whose password was right: at once, or with a code where the account wants one.

    Locks: User, then RecoveryCode or SecondFactor, then UserSession.
    code: of the app or a recovery code, as typed; blank if there was none. device: the rest for `open_session`.
    Raises: SecondFactorRequired (401), SecondFactorInvalid (401), RateLimited (429), AuthenticationFailed (401).
    Publishes: RecoveryCodeUsed, SecondFactorGuessed.
    """
    typed = as_typed(code)
    signed_in = _with_code(user, typed, address, device) if typed else _without_code(user, address, device)
    forget_attempts(purpose="login", account=user.email, address=address)
    return signed_in


def finish_sign_in(*, step: PasswordStep, code: str, address: str, **device: Any) -> SignedIn:
    """Sign in somebody who typed the password on the page before and types the code on this one.

    Locks: as `open_after_password`.
    Raises: as `open_after_password`; AuthenticationFailed (401) also when the password has changed since.
    Publishes: as `open_after_password`.
    """
    user: User | None = User.objects.filter(pk=step.user_id, is_active=True).first()
    if user is None or not constant_time_compare(mark_of(user), step.mark):
        raise AuthenticationFailed("Your password was changed meanwhile. Please sign in again.")
    if not as_typed(code):
        raise SecondFactorInvalid
    return open_after_password(user=user, code=code, address=address, **device)


def mark_of(user: User) -> str:
    """Return what names the present password without helping anybody to guess it."""
    return digest(f"sign-in step:{user.get_session_auth_hash()}")


def _without_code(user: User, address: str, device: dict[str, Any]) -> SignedIn:
    try:
        return open_session(user=user, address=address, **device)
    except SecondFactorRequired as refusal:
        refusal.step = PasswordStep(user_id=user.pk, mark=mark_of(user))
        raise


def _with_code(user: User, typed: str, address: str, device: dict[str, Any]) -> SignedIn:
    attempt = _begin(user, typed, address)
    signed_in = _open_with_code(user, typed, address, device)
    # Raised out here, after the commit: what a wrong code leaves behind is kept.
    if signed_in is None:
        _note_guess(user, attempt)
        raise SecondFactorInvalid
    attempt.succeeded()
    return signed_in


def _begin(user: User, typed: str, address: str) -> Attempt:
    """Count the attempt. The two kinds are counted apart: with the app's codes used up, a recovery code still opens.

    An app's code could be guessed in a million attempts from many networks, so those of one account and password are
    limited together; a new password begins anew, for who guesses doesn't know it. Recovery codes can't be guessed.
    """
    if is_recovery_code(typed):
        return begin_attempt(purpose="recovery_code", account=user.email, address=address)
    return begin_attempt(purpose="second_factor_code", account=user.email, address=address, everywhere=mark_of(user))


@transaction.atomic
def _open_with_code(user: User, typed: str, address: str, device: dict[str, Any]) -> SignedIn | None:
    # Of two requests with the same code, the second waits here, and then finds it used.
    lock_user(user.pk)
    factor = SecondFactor.objects.active().filter(user=user).first()
    if factor is not None and not _use(factor, typed, device["at"]):
        return None
    return open_session(user=user, address=address, with_second_factor=factor is not None, **device)


def _use(factor: SecondFactor, typed: str, at: datetime) -> bool:
    """Use a code up, if it is right."""
    if is_recovery_code(typed):
        return _use_recovery_code(factor, typed, at)
    try:
        step = totp.matching_step(factor.read_secret(), typed, at=at, after=factor.last_step)
    except Unreadable:
        log.exception("second_factor_unreadable")
        return False
    if step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step", "updated_at"])
    return True


def _use_recovery_code(factor: SecondFactor, typed: str, at: datetime) -> bool:
    unused = RecoveryCode.objects.unused(factor.user_id)
    code = unused.filter(code_hash=digest(canonical(typed))).first()
    if code is None:
        return False
    code.used_at = at
    code.save(update_fields=["used_at", "updated_at"])
    left = unused.count()
    person: User = factor.user
    fact = RecoveryCodeUsed(user_id=person.pk, left=left)
    publish(fact, actor=Actor.of(person), about=person.pk, at=clock.now())
    mails.send_second_factor(person, mails.SecondFactorNews.CODE_USED, left=left)
    return True


def _note_guess(user: User, attempt: Attempt) -> None:
    """Tell the owner when an account has had its day's wrong codes: somebody else knows the password."""
    if not attempt.is_last:
        return
    with transaction.atomic():
        publish(SecondFactorGuessed(user_id=user.pk), actor=Actor.anonymous(), about=user.pk, at=clock.now())
        mails.send_second_factor(user, mails.SecondFactorNews.GUESSED)
