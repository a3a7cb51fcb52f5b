"""A browser's sign-in: a device like any other, held by a cookie."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from lyceum.accounts.models import User, UserSession
from lyceum.accounts.services.sessions import SignedIn, remember_cookie
from lyceum.core.ids import parse_id

_DEVICE = "device"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, signed_in: SignedIn) -> None:
    """Give the browser a fresh cookie for this sign-in."""
    auth.login(request, signed_in.user, backend=_BACKEND)
    request.session[_DEVICE] = str(signed_in.session.pk)
    request.session.save()
    remember_cookie(session=signed_in.session, web_session_key=request.session.session_key or "")


def renew(request: HttpRequest, user: User, device: UserSession | None) -> None:
    """Keep this browser signed in after its own password change, with a fresh cookie."""
    auth.update_session_auth_hash(request, user)
    request.session.save()
    if device is not None:
        remember_cookie(session=device, web_session_key=request.session.session_key or "")


def device_of(request: HttpRequest) -> UUID | None:
    """Return the id of this browser's own device row."""
    return parse_id(str(request.session.get(_DEVICE, "")))


def next_page(request: HttpRequest) -> str:
    """Return where to go after signing in: the page of this site that was asked for, else the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A path of this site only: no other site, and nothing that could split a header.
    return wanted if safe and wanted.startswith("/") and wanted.isprintable() else str(settings.LOGIN_REDIRECT_URL)
