"""The buttons beside the signed-in devices of the account page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.services.sessions import end_other_sessions, end_session
from lyceum.accounts.web import cookies
from lyceum.core import clock
from lyceum.core.errors import MethodNotAllowed, NotFound
from lyceum.core.ids import parse_id
from lyceum.core.web import PageView


class EndDevicePage(PageView):
    """Signs one device out."""

    sign_in_needed = True

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        raise MethodNotAllowed

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        device = parse_id(key)
        if device is None:
            raise NotFound
        end_session(session_id=device, actor=self.actor, at=clock.real_now())
        messages.success(request, "That device is signed out.")
        return HttpResponseRedirect("/account/#devices")


class EndOtherDevicesPage(PageView):
    """Signs every device out but the one in use."""

    sign_in_needed = True

    def get(self, request: HttpRequest) -> HttpResponse:
        raise MethodNotAllowed

    def post(self, request: HttpRequest) -> HttpResponse:
        ended = end_other_sessions(
            user_id=self.user_id, keep=cookies.device_of(request), actor=self.actor, at=clock.real_now()
        )
        words = "One other device is signed out." if ended == 1 else f"{ended} other devices are signed out."
        messages.success(request, words)
        return HttpResponseRedirect("/account/#devices")
