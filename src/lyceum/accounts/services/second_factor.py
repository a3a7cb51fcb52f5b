"""Turning two-factor sign-in on and off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.accounts import mails
from lyceum.accounts.errors import SecondFactorActive, SecondFactorNotActive, SecondFactorNotStarted
from lyceum.accounts.facts import SecondFactorDisabled, SecondFactorEnabled, SecondFactorRemoved
from lyceum.accounts.models import SecondFactor, User, UserSession
from lyceum.accounts.models.second_factor import PURPOSE
from lyceum.accounts.policies import require_may_remove_second_factor, require_owner, require_verified
from lyceum.accounts.rules import totp
from lyceum.accounts.rules.recovery_codes import as_typed
from lyceum.accounts.security.attempt_limits import begin_attempt
from lyceum.accounts.services.end_access import end_access
from lyceum.accounts.services.locking import get_account, lock_unchanged, lock_user
from lyceum.accounts.services.reauthenticate import confirm_identity
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.accounts.services.sessions import end_other_sessions
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.encryption import encrypt
from lyceum.core.errors import ValidationRefused
from lyceum.core.ledger import publish

COMPROMISED = "compromised"


@dataclass(frozen=True)
class Setup:
    """What an authenticator app needs: the secret to type, and the same as an address to scan."""

    secret: str
    otpauth_uri: str


def start_second_factor(*, user_id: UUID, address: str, actor: Actor, at: datetime, password: str = "") -> Setup:
    """Make a secret for the actor's app. It stands in no sign-in's way until a code has confirmed it.

    Locks: User, then SecondFactor.
    password: see `confirm_identity`. at: on the real clock.
    Raises: EmailNotVerified (403), ReauthenticationRequired (403), ValidationRefused (422) for a wrong password,
        SecondFactorActive (409), RateLimited (429).
    """
    user = confirm_owner(user_id=user_id, password=password, address=address, actor=actor, at=at)
    secret = totp.new_secret()
    with transaction.atomic():
        require_verified(lock_unchanged(user))
        if SecondFactor.objects.active().filter(user_id=user_id).exists():
            raise SecondFactorActive
        fresh = {"secret": encrypt(secret, purpose=PURPOSE), "started_at": at, "confirmed_at": None, "last_step": None}
        SecondFactor.objects.update_or_create(user_id=user_id, defaults=fresh)
    return _setup(user, secret)


def pending_setup(*, user: User, at: datetime) -> Setup | None:
    """Return the set-up that still waits for its first code, to show it again.

    at: on the real clock.
    """
    factor = SecondFactor.objects.pending(at).filter(user=user).first()
    return _setup(user, factor.read_secret()) if factor else None


def confirm_second_factor(
    *, user_id: UUID, code: str, keep_session: UUID | None, address: str, actor: Actor, at: datetime
) -> list[str]:
    """Turn two-factor sign-in on, now that the app has shown a right code; return the recovery codes, shown once.

    Every other device is signed out: it was signed in without a code. The one that asks has shown one now.

    Locks: User, RecoveryCode, SecondFactor, then UserSession.
    keep_session: the device that asks. at: on the real clock.
    Raises: EmailNotVerified (403), SecondFactorNotStarted (409), ValidationRefused (422) for a wrong code,
        RateLimited (429).
    Publishes: SecondFactorEnabled.
    """
    require_owner(actor, user_id)
    attempt = begin_attempt(purpose="second_factor_setup", account=get_account(user_id).email, address=address)
    with transaction.atomic():
        user = lock_user(user_id)
        require_verified(user)
        codes = _confirm(user, as_typed(code), at)
        end_other_sessions(
            user_id=user_id, keep=keep_session, actor=actor, at=at, reason=UserSession.EndReason.SECOND_FACTOR
        )
        # Every other one has just ended.
        UserSession.objects.filter(user_id=user_id, ended_at__isnull=True).update(with_second_factor=True)
        publish(SecondFactorEnabled(user_id=user_id), actor=actor, about=user_id, at=clock.now())
        mails.send_second_factor(user, mails.SecondFactorNews.ENABLED)
    attempt.succeeded()
    return codes


def disable_second_factor(*, user_id: UUID, address: str, actor: Actor, at: datetime, password: str = "") -> None:
    """Turn two-factor sign-in off, and with it whatever needs it.

    Locks: User, RecoveryCode, SecondFactor, then UserSession.
    password: see `confirm_identity`. at: on the real clock.
    Raises: ReauthenticationRequired (403), ValidationRefused (422) for a wrong password, SecondFactorNotActive (409),
        RateLimited (429).
    Publishes: SecondFactorDisabled.
    """
    user = confirm_owner(user_id=user_id, password=password, address=address, actor=actor, at=at)
    with transaction.atomic():
        user = lock_unchanged(user)
        _drop(user)
        _mark_sessions(user)
        publish(SecondFactorDisabled(user_id=user_id), actor=actor, about=user_id, at=clock.now())
        mails.send_second_factor(user, mails.SecondFactorNews.DISABLED)


@transaction.atomic
def remove_second_factor(*, user_id: UUID, reason: str, is_superuser: bool, actor: Actor, at: datetime) -> None:
    """Take the second factor off the account of somebody who has lost it, and sign every device out.

    Locks: User, RecoveryCode, SecondFactor, EmailToken, UserSession, ApiKey.
    reason: lost_device, compromised (keys and mailed links end as well) or other. is_superuser: whether who asks is
        one, as accounts of staff need.
    at: on the real clock.
    Raises: PermissionDenied (403), SecondFactorNotActive (409).
    Publishes: SecondFactorRemoved.
    """
    user = lock_user(user_id)
    require_may_remove_second_factor(actor, user, is_superuser=is_superuser)
    _drop(user)
    ended = UserSession.EndReason.SECOND_FACTOR
    if reason == COMPROMISED:
        # Somebody else was in: what they may have made ends too.
        end_access(user, keep_session=None, reason=ended, actor=actor, at=at)
    else:
        end_other_sessions(user_id=user_id, keep=None, actor=Actor.system(), at=at, reason=ended)
        _mark_sessions(user)
    publish(SecondFactorRemoved(user_id=user_id, reason=reason), actor=actor, about=user_id, at=clock.now())
    mails.send_second_factor(user, mails.SecondFactorNews.REMOVED, reason=reason)


def purge_setups(at: datetime) -> int:
    """Remove set-ups that nobody has confirmed in time."""
    waiting = SecondFactor.objects.filter(confirmed_at__isnull=True)
    return waiting.exclude(pk__in=SecondFactor.objects.pending(at).values("pk")).delete()[0]


def confirm_owner(*, user_id: UUID, password: str, address: str, actor: Actor, at: datetime) -> User:
    """Make sure that it is the owner who changes how the account is entered. Every verb that does so asks here.

    Returns: the account as it was then; lock it with `lock_unchanged`.
    Raises: ReauthenticationRequired (403), ValidationRefused (422), RateLimited (429).
    """
    require_owner(actor, user_id)
    user = get_account(user_id)
    confirm_identity(actor=actor, password=password, address=address, at=at)
    return user


def _setup(user: User, secret: str) -> Setup:
    return Setup(secret=secret, otpauth_uri=totp.setup_uri(secret, account=user.email))


def _confirm(user: User, code: str, at: datetime) -> list[str]:
    factor = SecondFactor.objects.pending(at).filter(user=user).first()
    if factor is None:
        raise SecondFactorNotStarted
    step = totp.matching_step(factor.read_secret(), code, at=at, after=None)
    if step is None:
        words = "This isn't the code that the app shows now. Is the clock of your telephone right?"
        raise ValidationRefused({"code": [words]})
    codes = issue_codes(factor)
    factor.confirmed_at, factor.last_step = at, step
    factor.save(update_fields=["confirmed_at", "last_step", "updated_at"])
    return codes


def _drop(user: User) -> None:
    factor = SecondFactor.objects.active().filter(user=user).first()
    if factor is None:
        raise SecondFactorNotActive
    factor.delete()


def _mark_sessions(user: User) -> None:
    """Have no session pass for one that was opened with a second factor any more."""
    UserSession.objects.filter(user=user, with_second_factor=True).update(with_second_factor=False)
