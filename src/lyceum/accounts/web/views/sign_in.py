"""Signing in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import AuthenticationFailed
from lyceum.accounts.models import UserSession
from lyceum.accounts.services.sign_in import sign_in, sign_out
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import (
    EmptyForm,
    SignInForm,
)
from lyceum.core import clock
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageView


class SignInPage(PageView):
    template = "accounts/sign_in.html"
    private = True
    # The lock against guessing counts the failures.
    counts_writing = False
    words: ClassVar[dict[str, Any]] = {"heading": "Sign in", "button": "Sign in"}

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.actor.is_user:
            return HttpResponseRedirect(cookies.next_page(request))
        return self._page(SignInForm(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._page(form, 422)
        try:
            signed_in = sign_in(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                address=client_address(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=clock.real_now(),
                kind=UserSession.Kind.WEB,
            )
        except AuthenticationFailed as refusal:
            form.refuse(refusal)
            return self._page(form, 422)
        cookies.begin(request, signed_in)
        return HttpResponseRedirect(cookies.next_page(request))

    def _page(self, form: SignInForm, status: int) -> HttpResponse:
        return self.show(form=form, status=status, next=self.request.GET.get("next", ""), **self.words)


class SignOutPage(PageView):
    """A GET only offers the button: a picture on another site must not sign anybody out."""

    template = "accounts/form_page.html"
    private = True

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.is_user:
            return HttpResponseRedirect("/")
        return self.show(form=EmptyForm(), heading="Sign out?", button="Sign out")

    def post(self, request: HttpRequest) -> HttpResponse:
        device = cookies.device_of(request)
        if self.actor.is_user and device is not None:
            sign_out(actor=self.actor, refresh=None, session_id=device, at=clock.real_now())
        auth.logout(request)
        messages.success(request, "You are signed out.")
        return HttpResponseRedirect("/")
