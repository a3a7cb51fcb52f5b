"""Signing devices in and out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lyceum.accounts.errors import AuthenticationFailed, SecondFactorRequired
from lyceum.accounts.models import SecondFactor, User, UserSession
from lyceum.accounts.policies import require_owner
from lyceum.accounts.security.devices import read_device
from lyceum.accounts.security.tokens import TokenPair, issue_pair
from lyceum.accounts.services.locking import lock_user
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound

MAX_SESSIONS = 10


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that has just begun. `access` and `refresh` are blank for a browser's cookie."""

    user: User
    session: UserSession
    access: str = ""
    refresh: str = ""


@transaction.atomic
def open_session(
    *,
    user: User,
    address: str,
    user_agent: str,
    at: datetime,
    kind: UserSession.Kind = UserSession.Kind.API,
    with_second_factor: bool = False,
) -> SignedIn:
    """Sign a device in; beyond ten devices the one used longest ago is signed out.

    Locks: User, then UserSession.
    user: as it was when the password was judged; a password that has changed since opens nothing.
    at: on the real clock, as everything about sign-ins.
    with_second_factor: whether the caller, who holds the User, has checked a code. Without one, an account that has
        two-factor sign-in is not opened, whichever way led here.
    Raises: AuthenticationFailed (401), SecondFactorRequired (401).
    """
    locked = lock_user(user.pk)
    if locked.password != user.password or not locked.is_active:
        raise AuthenticationFailed
    if not with_second_factor and SecondFactor.objects.active().filter(user=locked).exists():
        raise SecondFactorRequired
    device = read_device(user_agent)
    session = UserSession(
        user=user,
        kind=kind,
        auth_hash=user.get_session_auth_hash(),
        with_second_factor=with_second_factor,
        user_agent=device.user_agent,
        device_type=device.device_type,
        browser=device.browser,
        os=device.os,
        ip_address=address or None,
        last_activity_at=at,
        authenticated_at=at,
        expires_at=at + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    pair = _fill_tokens(session) if kind == UserSession.Kind.API else None
    session.save(force_insert=True)
    user.last_login = user.last_active_at = at
    User.objects.filter(pk=user.pk).update(last_login=at, last_active_at=at)
    _end_oldest(user, at)
    if pair is None:
        return SignedIn(user=user, session=session)
    return SignedIn(user=user, session=session, access=pair.access, refresh=pair.refresh)


def rotate_tokens(session: UserSession, *, at: datetime) -> TokenPair:
    """Give a locked, living session a new pair; its row names the new refresh token, so the old one is refused.

    Locks: the caller holds the UserSession.
    """
    pair = _fill_tokens(session)
    session.last_activity_at = at
    session.save(update_fields=["refresh_jti", "expires_at", "last_activity_at", "updated_at"])
    return pair


@transaction.atomic
def end_session(*, session_id: UUID, actor: Actor, at: datetime) -> None:
    """Sign one of the actor's devices out; its tokens stop working at once.

    Locks: UserSession.
    Raises: NotFound (404) for another's device, and for one that is signed out already.
    """
    rows = UserSession.objects.select_for_update().visible_to(actor).alive(at).filter(pk=session_id)
    if not end_sessions(rows, reason=UserSession.EndReason.TERMINATED, at=at):
        raise NotFound


@transaction.atomic
def end_other_sessions(
    *,
    user_id: UUID,
    keep: UUID | None,
    actor: Actor,
    at: datetime,
    reason: UserSession.EndReason = UserSession.EndReason.TERMINATED,
) -> int:
    """Sign every device of a person out but one; return how many there were.

    Locks: UserSession.
    keep: the device that stays, or None.
    """
    require_owner(actor, user_id)
    rows = UserSession.objects.select_for_update().filter(user_id=user_id, ended_at__isnull=True).order_by("pk")
    return end_sessions(rows.exclude(pk=keep) if keep else rows, reason=reason, at=at)


def end_sessions(sessions: Iterable[UserSession], *, reason: UserSession.EndReason, at: datetime) -> int:
    """End locked sessions, their tokens with them, and drop their cookies; return how many there were."""
    rows = list(sessions)
    for session in rows:
        session.ended_at, session.end_reason = at, reason
        session.save(update_fields=["ended_at", "end_reason", "updated_at"])
        if session.web_session_key:
            _drop_cookie(session.web_session_key)
    return len(rows)


def remember_cookie(*, session: UserSession, web_session_key: str) -> None:
    """Tie a browser's cookie to its session, so that ending the one ends the other."""
    session.web_session_key = web_session_key
    session.save(update_fields=["web_session_key", "updated_at"])


def note_activity(session: UserSession, *, at: datetime) -> None:
    """Record that a device was used, at most once in five minutes, without a lock."""
    if at - session.last_activity_at < timedelta(minutes=5):
        return
    seen = UserSession.objects.filter(pk=session.pk, last_activity_at=session.last_activity_at)
    if seen.update(last_activity_at=at):
        User.objects.filter(pk=session.user_id).update(last_active_at=at)


def purge_sessions(at: datetime) -> int:
    """Remove sessions that expired 30 days ago."""
    removed, _ = UserSession.objects.filter(expires_at__lt=at - timedelta(days=30)).delete()
    return removed


def _fill_tokens(session: UserSession) -> TokenPair:
    pair = issue_pair(user_id=session.user_id, session_id=session.pk)
    session.refresh_jti, session.expires_at = pair.refresh_jti, pair.refresh_expires_at
    return pair


def _end_oldest(user: User, at: datetime) -> None:
    alive = UserSession.objects.select_for_update().filter(user=user).alive(at).order_by("-last_activity_at", "-id")
    end_sessions(list(alive)[MAX_SESSIONS:], reason=UserSession.EndReason.TOO_MANY, at=at)


def _drop_cookie(key: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
