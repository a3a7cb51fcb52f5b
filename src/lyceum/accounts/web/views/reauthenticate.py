"""Asking for the password once more, before pages that could cost somebody the account."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from lyceum.accounts.services.reauthenticate import reauthenticate
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import OwnPasswordForm
from lyceum.accounts.web.views.base import FormPage
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.fresh_sign_in import is_fresh
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageForm, PageView


class FreshSignInPage(PageView):
    """A page for those who have given their password lately; the others are asked for it, and come back."""

    sign_in_needed = True

    @cached_property
    def actor(self) -> Actor:
        return cookies.actor_of(self.request, at=clock.real_now())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_user and not is_fresh(self.actor, at=clock.real_now()):
            return HttpResponseRedirect(f"/account/confirm/?{urlencode({'next': request.get_full_path()})}")
        return super().dispatch(request, *args, **kwargs)


class ReauthenticatePage(FormPage):
    form_class = OwnPasswordForm
    # The lock against guessing counts the failures.
    counts_writing = False
    words: ClassVar[dict[str, Any]] = {
        "heading": "Please confirm that it is you",
        "lead": "You signed in a while ago. What comes next is open only soon after typing your password.",
        "button": "Go on",
    }

    def submit(self, form: PageForm) -> HttpResponse:
        reauthenticate(
            **form.cleaned_data,
            session_id=cookies.device_of(self.request),
            address=client_address(self.request),
            actor=self.actor,
            at=clock.real_now(),
        )
        return HttpResponseRedirect(cookies.next_page(self.request))
