"""Who a request comes from: a JWT of a signed-in device, or an API key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from lyceum.accounts.errors import TokenExpired, TokenInvalid
from lyceum.accounts.models import ApiKey, User, UserSession
from lyceum.accounts.security.tokens import read_access
from lyceum.accounts.selectors import actor_without_sign_in
from lyceum.accounts.services.api_keys import note_use
from lyceum.accounts.services.sessions import note_activity
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified
from lyceum.core.tokens import digest

Authenticated = tuple[User, Any]


class JWTAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. One query reads the sign-in and its person; an ended sign-in opens nothing."""

    keyword = "bearer"

    def authenticate(self, request: Request) -> Authenticated | None:
        """Raises: TokenExpired (401), TokenInvalid (401)."""
        text = credentials(request, self.keyword)
        if text is None:
            return None
        claims = read_access(text)
        at = clock.real_now()
        rows = UserSession.objects.select_related("user")
        session = next(iter(rows.filter(pk=claims.session_id, user_id=claims.user_id).order_by()), None)
        if session is None or not session.opens(at):
            raise TokenInvalid
        note_activity(session, at=at)
        session.user.came_with_second_factor = session.with_second_factor
        set_actor(request, Actor.of(session.user, authenticated_at=session.authenticated_at))
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key …`. One query reads the key and its person."""

    keyword = "api-key"

    def authenticate(self, request: Request) -> Authenticated | None:
        """Raises: TokenExpired (401), TokenInvalid (401), EmailNotVerified (403)."""
        text = credentials(request, self.keyword)
        if text is None:
            return None
        key = ApiKey.objects.select_related("user").filter(key_hash=digest(text)).first()
        if key is None or key.revoked_at is not None or not key.user.is_active:
            raise TokenInvalid("This API key isn't valid.")
        at = clock.real_now()
        if not key.is_usable(at):
            raise TokenExpired("This API key has expired. Please make a new one.")
        if not key.user.email_verified:
            raise EmailNotVerified
        note_use(key, at=at)
        set_actor(request, actor_without_sign_in(key.user, scopes=frozenset(key.scopes)))
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Api-Key realm="api"'


def credentials(request: Request, keyword: str) -> str | None:
    """Return what follows the keyword in the Authorization header, or None when another scheme is used.

    Raises: TokenInvalid (401) when there is nothing, or more than one thing, behind it.
    """
    parts = get_authorization_header(request).split()
    if not parts or parts[0].lower() != keyword.encode():
        return None
    if len(parts) != 2:
        raise TokenInvalid
    try:
        return parts[1].decode("ascii")
    except UnicodeDecodeError:
        raise TokenInvalid from None


def current_session(request: Request) -> UserSession | None:
    """Return the sign-in this request was made with, if it was one."""
    return request.auth if isinstance(request.auth, UserSession) else None


def session_sent_along(request: Request) -> UserSession | None:
    """Return the sign-in whose access token came along, on a route that needs none; a dead one is no error."""
    try:
        found = JWTAuthentication().authenticate(request)
    except (TokenExpired, TokenInvalid):
        return None
    return found[1] if found else None


def set_actor(request: Any, actor: Actor) -> None:
    request.actor = actor


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "lyceum.accounts.api.authentication.JWTAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "lyceum.accounts.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Api-Key …"}
