"""Resetting and changing one's password."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.selectors import own_sessions
from lyceum.accounts.services.passwords import change_password, request_password_reset, reset_password
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import (
    ChangePasswordForm,
    NewPasswordForm,
)
from lyceum.accounts.web.views.base import OUTCOME, AddressPage, FormPage, LinkPage, link_token
from lyceum.core import clock
from lyceum.core.errors import ValidationRefused
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageForm


class ForgotPasswordPage(AddressPage):
    words: ClassVar[dict[str, Any]] = {
        "heading": "Reset your password",
        "lead": "Type the address of your account. We mail you a link with which you choose a new password.",
        "button": "Send the link",
    }
    told = "If there is an account with this address, a link is on its way. It works for one hour."

    def ask(self, email: str, *, address: str, at: datetime) -> None:
        request_password_reset(email=email, address=address, at=at)


class ResetPasswordPage(LinkPage):
    ask_again = "/forgot-password/"
    words: ClassVar[dict[str, Any]] = {
        "heading": "Choose a new password",
        "lead": "Every device that is signed in will be signed out.",
        "button": "Save the password",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        if not link_token(request):
            return HttpResponseRedirect(self.ask_again)
        return self.show(form=NewPasswordForm(), **self.words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return self.show_refused(form, **self.words)
        try:
            reset_password(
                token=link_token(request), new_password=form.cleaned_data["new_password"], at=clock.real_now()
            )
        except ValidationRefused as refusal:
            form.refuse(refusal)
            return self.show_refused(form, **self.words)
        except (LinkInvalid, LinkExpired) as refusal:
            return self.show_dead(refusal, heading="Your password is unchanged")
        auth.logout(request)
        return self.show(
            template=OUTCOME,
            tone="good",
            state="Saved",
            heading="Your password is changed",
            lead="Please sign in with it now.",
            href="/sign-in/",
            action="Sign in",
        )


class ChangePasswordPage(FormPage):
    form_class = ChangePasswordForm
    words: ClassVar[dict[str, Any]] = {
        "heading": "Change your password",
        "lead": "Every other device that is signed in will be signed out.",
        "button": "Save the password",
    }

    def submit(self, form: PageForm) -> HttpResponse:
        request = self.request
        device = own_sessions(self.actor, at=clock.real_now()).filter(pk=cookies.device_of(request)).first()
        user = change_password(
            **form.cleaned_data,
            user_id=self.user_id,
            keep_session=device.pk if device else None,
            address=client_address(request),
            actor=self.actor,
            at=clock.real_now(),
        )
        cookies.renew(request, user, device)
        messages.success(request, "Your password is changed, and every other device is signed out.")
        return HttpResponseRedirect("/account/")
