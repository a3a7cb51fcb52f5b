"""The address that somebody has just registered with, kept by their own browser for the page that follows.

It isn't kept in their session: that lies in the database, where nobody could erase it with an account.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_NAME = "registered"
_SALT = "lyceum.registrations.web.cookies"
_SECONDS = 3600


def keep_address(response: HttpResponse, email: str, *, page: str) -> None:
    """Give the browser the address, for one page and an hour."""
    response.set_cookie(
        _NAME,
        signing.dumps(email, salt=_SALT),
        max_age=_SECONDS,
        path=page,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def kept_address(request: HttpRequest) -> str:
    """Return the address; blank where the browser has none, or one that isn't of our making."""
    try:
        return str(signing.loads(request.COOKIES.get(_NAME, ""), salt=_SALT, max_age=_SECONDS))
    except signing.BadSignature:
        return ""
