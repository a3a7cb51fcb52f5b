"""Making an account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import EmailTaken
from lyceum.accounts.models import UserSession
from lyceum.accounts.services.sign_up import register_user
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import (
    SignUpForm,
)
from lyceum.core import clock
from lyceum.core.errors import ValidationRefused
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageView


class SignUpPage(PageView):
    template = "accounts/sign_up.html"
    private = True
    words: ClassVar[dict[str, Any]] = {
        "heading": "Create an account",
        "lead": "Your registrations and certificates gather in one place.",
        "button": "Create my account",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.actor.is_user:
            return HttpResponseRedirect(cookies.next_page(request))
        return self._page(SignUpForm(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignUpForm(request.POST)
        if not form.is_valid():
            return self._page(form, 422)
        try:
            signed_in = register_user(
                **form.cleaned_data,
                address=client_address(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=clock.real_now(),
                kind=UserSession.Kind.WEB,
            )
        except (EmailTaken, ValidationRefused) as refusal:
            form.refuse(refusal)
            return self._page(form, 422)
        cookies.begin(request, signed_in)
        messages.success(request, "Welcome. Please open the link that we have just mailed you, to verify your address.")
        return HttpResponseRedirect(cookies.next_page(request))

    def _page(self, form: SignUpForm, status: int) -> HttpResponse:
        return self.show(form=form, status=status, next=self.request.GET.get("next", ""), **self.words)
