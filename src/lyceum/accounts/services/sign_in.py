"""Passwords and refresh tokens in, sign-ins out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from lyceum.accounts.errors import AuthenticationFailed, TokenInvalid
from lyceum.accounts.facts import RefreshTokenReplayed
from lyceum.accounts.models import User, UserSession
from lyceum.accounts.security.attempt_limits import begin_attempt
from lyceum.accounts.security.tokens import TokenPair, read_refresh
from lyceum.accounts.services.second_factor_sign_in import open_after_password
from lyceum.accounts.services.sessions import SignedIn, end_sessions, rotate_tokens
from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.core.ledger import publish


def sign_in(
    *,
    email: str,
    password: str,
    address: str,
    user_agent: str,
    at: datetime,
    kind: UserSession.Kind = UserSession.Kind.API,
    code: str = "",
) -> SignedIn:
    """Sign a person in on a device.

    A known and an unknown address cost the same: one hash, the same counters, no write. Whether the account wants a
    code as well is said only after the password was right.
    code: of the authenticator app, or a recovery code, where the account has two-factor sign-in.
    address: the caller's IP address, see `core.http.client_address`.
    at: on the real clock.
    Raises: AuthenticationFailed (401), SecondFactorRequired (401), SecondFactorInvalid (401), RateLimited (429).
    """
    attempt = begin_attempt(purpose="login", account=email.strip().lower(), address=address)
    user = authenticate(email=email, password=password)
    if user is None:
        raise AuthenticationFailed
    # No wrong password, but no sign-in yet either: the wrong ones before it stay counted until there is one.
    attempt.take_back()
    return open_after_password(user=user, code=code, address=address, user_agent=user_agent, at=at, kind=kind)


def authenticate(*, email: str, password: str) -> User | None:
    """Return the account that this address and password open, taking one hash's time whether there is one or not."""
    user: User | None = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
        return None
    right = user.check_password(password)
    return user if right and user.is_active else None


def refresh_tokens(*, refresh: str, at: datetime) -> TokenPair:
    """Exchange a refresh token for a new pair. Each works once; a second use ends its sign-in.

    Locks: UserSession.
    at: on the real clock.
    Raises: TokenExpired (401), TokenInvalid (401).
    Publishes: RefreshTokenReplayed.
    """
    claims = read_refresh(refresh)
    pair = _rotate(claims.session_id, claims.user_id, claims.jti, at)
    # Raised out here, so that the ending of a replayed sign-in is kept.
    if pair is None:
        raise TokenInvalid
    return pair


@transaction.atomic
def _rotate(session_id: UUID, user_id: UUID, jti: str, at: datetime) -> TokenPair | None:
    session = (
        UserSession.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=session_id, user_id=user_id)
        .first()
    )
    if session is None or not session.opens(at):
        return None
    if session.refresh_jti != jti:
        end_sessions([session], reason=UserSession.EndReason.REPLAYED, at=at)
        fact = RefreshTokenReplayed(user_id=user_id, session_id=session_id)
        publish(fact, actor=Actor.system(), about=user_id, at=at)
        return None
    return rotate_tokens(session, at=at)


@transaction.atomic
def sign_out(*, actor: Actor, refresh: str | None, session_id: UUID | None, at: datetime) -> int:
    """End the sign-in that a refresh token belongs to, or without one every sign-in of the actor.

    Locks: UserSession.
    refresh: one of the actor's own tokens, of any device; an older one of the same sign-in counts too.
    Returns: how many sign-ins ended; a token whose sign-in has ended already is no error.
    Raises: TokenInvalid (401) for another's token, TokenExpired (401).
    """
    rows = UserSession.objects.select_for_update().visible_to(actor).filter(ended_at__isnull=True)
    if refresh is not None:
        claims = read_refresh(refresh)
        if claims.user_id != actor.user_id:
            raise TokenInvalid
        rows = rows.filter(pk=claims.session_id)
    elif session_id is not None:
        rows = rows.filter(pk=session_id)
    return end_sessions(rows, reason=UserSession.EndReason.SIGNED_OUT, at=at)


def confirm_password(*, user: User, password: str, purpose: str, address: str, field: str) -> None:
    """Check a signed-in person's password before something that can't be undone.

    field: the input's name, for the refusal.
    Raises: ValidationRefused (422), RateLimited (429).
    """
    attempt = begin_attempt(purpose=purpose, account=user.email, address=address)
    if not check_password(password, user.password):
        raise _wrong_password(field)
    attempt.succeeded()


def _wrong_password(field: str) -> Exception:
    return ValidationRefused({field: ["This isn't your current password."]})
