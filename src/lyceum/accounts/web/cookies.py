"""A browser's sign-in: a device like any other, held by a cookie."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from lyceum.accounts.errors import PasswordStep
from lyceum.accounts.models import User, UserSession
from lyceum.accounts.services.sessions import SignedIn, remember_cookie
from lyceum.core.actors import Actor
from lyceum.core.ids import parse_id

_DEVICE = "device"
# Between the two pages of a sign-in with two factors: signed, only for those pages, and open for five minutes.
_STEP = "sign_in_step"
_STEP_SECONDS = 300
_STEP_PATH = "/sign-in/"
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


def actor_of(request: HttpRequest, *, at: datetime) -> Actor:
    """Return who asks, with the moment in which this browser's password was last given; one query.

    at: on the real clock.
    """
    device = device_of(request)
    if device is None or not request.user.is_authenticated:
        return Actor.of(request.user)
    devices = UserSession.objects.alive(at).filter(pk=device, user=request.user)
    given = devices.values_list("authenticated_at", flat=True).first()
    return Actor.of(request.user, authenticated_at=given)


def next_page(request: HttpRequest) -> str:
    """Return where to go after signing in: the page of this site that was asked for, else the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A path of this site only: no other site, and nothing that could split a header.
    return wanted if safe and wanted.startswith("/") and wanted.isprintable() else str(settings.LOGIN_REDIRECT_URL)


def remember_step(response: HttpResponse, step: PasswordStep) -> None:
    """Note in this browser that the password was right; nothing is opened by that."""
    response.set_signed_cookie(
        _STEP,
        f"{step.user_id}:{step.mark}",
        salt=_STEP,
        max_age=_STEP_SECONDS,
        path=_STEP_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def step_of(request: HttpRequest) -> PasswordStep | None:
    """Return the step that this browser has done within the last five minutes."""
    value = request.get_signed_cookie(_STEP, default=None, salt=_STEP, max_age=_STEP_SECONDS) or ""
    user_id, _, mark = value.partition(":")
    parsed = parse_id(user_id)
    return PasswordStep(user_id=parsed, mark=mark) if parsed else None


def forget_step(response: HttpResponse) -> None:
    response.delete_cookie(_STEP, path=_STEP_PATH, samesite="Lax")
