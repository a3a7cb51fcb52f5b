"""Signing in and out."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import AuthenticationFailed, SecondFactorInvalid, SecondFactorRequired
from lyceum.accounts.models import UserSession
from lyceum.accounts.services.second_factor_sign_in import finish_sign_in
from lyceum.accounts.services.sign_in import sign_in, sign_out
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import (
    AppCodeForm,
    EmptyForm,
    RecoveryCodeForm,
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
        except SecondFactorRequired as refusal:
            return to_code_page(request, refusal)
        cookies.begin(request, signed_in)
        return HttpResponseRedirect(cookies.next_page(request))

    def _page(self, form: SignInForm, status: int) -> HttpResponse:
        return self.show(form=form, status=status, next=self.request.GET.get("next", ""), **self.words)


class SignInCodePage(PageView):
    """Asks for the code, after the password was right on the page before."""

    template = "accounts/sign_in_code.html"
    private = True
    # As above.
    counts_writing = False
    words: ClassVar[dict[str, Any]] = {"heading": "One step is left", "button": "Sign in"}

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.actor.is_user:
            return HttpResponseRedirect(cookies.next_page(request))
        if cookies.step_of(request) is None:
            return self._again("Please type your password again; the page for the code stays open for five minutes.")
        return self._page(self._form_kind()(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        step, form = cookies.step_of(request), self._form_kind()(request.POST)
        if step is None:
            return self._again("That took longer than five minutes. Please type your password again.")
        if not form.is_valid():
            return self._page(form, 422)
        try:
            signed_in = finish_sign_in(
                step=step,
                code=form.cleaned_data["code"],
                address=client_address(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=clock.real_now(),
                kind=UserSession.Kind.WEB,
            )
        except SecondFactorInvalid as refusal:
            form.refuse(refusal)
            return self._page(form, 422)
        except AuthenticationFailed as refusal:
            return self._again(refusal.text)
        cookies.begin(request, signed_in)
        response = HttpResponseRedirect(cookies.next_page(request))
        cookies.forget_step(response)
        return response

    def _form_kind(self) -> type[AppCodeForm | RecoveryCodeForm]:
        return RecoveryCodeForm if "recovery" in self.request.GET else AppCodeForm

    def _page(self, form: AppCodeForm | RecoveryCodeForm, status: int) -> HttpResponse:
        next_page = self.request.GET.get("next", "")
        recovery = isinstance(form, RecoveryCodeForm)
        return self.show(form=form, status=status, next=next_page, recovery=recovery, **self.words)

    def _again(self, words: str) -> HttpResponse:
        messages.warning(self.request, words)
        response = HttpResponseRedirect(with_next("/sign-in/", self.request))
        cookies.forget_step(response)
        return response


def to_code_page(request: HttpRequest, refusal: SecondFactorRequired) -> HttpResponse:
    """Lead on to the second page, with a note in the browser that the first was passed."""
    response = HttpResponseRedirect(with_next("/sign-in/code/", request))
    if refusal.step is not None:
        cookies.remember_step(response, refusal.step)
    return response


def with_next(path: str, request: HttpRequest) -> str:
    """Return the path of another page of signing in, which leads on to where this one would have led."""
    wanted = request.GET.get("next", "")
    return f"{path}?{urlencode({'next': wanted})}" if wanted else path


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
