"""Whether the person in a browser may act as staff: read once for each request that asks, and only for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from lyceum.accounts.models import UserSession
from lyceum.accounts.web.cookies import device_of
from lyceum.core import clock
from lyceum.core.http.pages_only import API


class PageStaffRights:
    """Tells the signed-in person of a page how their device was signed in. It stands behind the authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API):
            known: Any = request.user
            request.user = SimpleLazyObject(lambda: _with_device(request, known))  # type: ignore[assignment]
        return self.get_response(request)


def _with_device(request: HttpRequest, user: Any) -> Any:
    if getattr(user, "lacks_second_factor", False):
        devices = UserSession.objects.alive(clock.real_now()).filter(user_id=user.pk, with_second_factor=True)
        device = device_of(request)
        user.came_with_second_factor = device is not None and devices.filter(pk=device).exists()
    return user
