"""Access and refresh tokens. Both carry `sid`, the id of the sign-in they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from lyceum.accounts.errors import TokenExpired, TokenInvalid
from lyceum.core.ids import parse_id

SESSION_CLAIM = "sid"
# The longest token of ours is under 500 characters; anything far above isn't worth decoding.
LONGEST = 4096


class RefreshToken(Token):
    """A refresh token as the sign-in's row knows it; that row says whether it still works."""

    token_type = "refresh"  # noqa: S105 -- the claim's value
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True)
class Claims:
    """What a token of ours says."""

    user_id: UUID
    session_id: UUID
    jti: str


@dataclass(frozen=True)
class TokenPair:
    """A fresh pair, with what the sign-in's row must remember of it."""

    access: str
    refresh: str
    refresh_jti: str
    refresh_expires_at: datetime


def issue_pair(*, user_id: UUID, session_id: UUID) -> TokenPair:
    """Return new tokens for a sign-in. Nothing is stored here."""
    refresh = _filled(RefreshToken(), user_id, session_id)
    access = _filled(AccessToken(), user_id, session_id)
    return TokenPair(
        access=str(access),
        refresh=str(refresh),
        refresh_jti=refresh["jti"],
        refresh_expires_at=datetime_from_epoch(refresh["exp"]),
    )


def read_access(text: str) -> Claims:
    """Raises: TokenExpired (401), TokenInvalid (401)."""
    return _read(AccessToken, text)


def read_refresh(text: str) -> Claims:
    """Raises: TokenExpired (401), TokenInvalid (401)."""
    return _read(RefreshToken, text)


def _verified(kind: type[Token], text: Any) -> Token:
    """Read a token that was signed with our key, or with one that was ours before.

    Raises: ExpiredTokenError, TokenError, ValueError, TypeError.
    """
    try:
        return kind(text)
    except ExpiredTokenError:
        raise
    except TokenError:
        for key in settings.SECRET_KEY_FALLBACKS:
            try:
                return signed_with(kind, key)(text)
            except ExpiredTokenError:
                raise
            except TokenError:
                continue
        raise


def signed_with(kind: type[Token], key: str) -> type[Token]:
    """Return the kind of token that is signed and verified with another key than today's."""
    return type(kind.__name__, (kind,), {"_token_backend": TokenBackend(api_settings.ALGORITHM, key)})


def _filled(token: Token, user_id: UUID, session_id: UUID) -> Token:
    token[api_settings.USER_ID_CLAIM] = str(user_id)
    token[SESSION_CLAIM] = str(session_id)
    return token


def _read(kind: type[Token], text: str) -> Claims:
    if len(text) > LONGEST or not text.isascii():
        raise TokenInvalid
    try:
        token = _verified(kind, text)
    except ExpiredTokenError:
        raise TokenExpired from None
    except (TokenError, ValueError, TypeError):
        raise TokenInvalid from None
    user_id = parse_id(str(token.get(api_settings.USER_ID_CLAIM, "")))
    session_id = parse_id(str(token.get(SESSION_CLAIM, "")))
    if user_id is None or session_id is None:
        raise TokenInvalid
    return Claims(user_id=user_id, session_id=session_id, jti=str(token["jti"]))
