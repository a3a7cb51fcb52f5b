"""Two-factor sign-in in one's account: its state, setting it up, new recovery codes, turning it off."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import SecondFactorActive, SecondFactorNotActive, SecondFactorNotStarted
from lyceum.accounts.rules.totp import qr_code
from lyceum.accounts.selectors import own_second_factor
from lyceum.accounts.services.locking import get_account
from lyceum.accounts.services.renew_recovery_codes import renew_recovery_codes
from lyceum.accounts.services.second_factor import (
    confirm_second_factor,
    disable_second_factor,
    pending_setup,
    start_second_factor,
)
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import AppCodeForm, OwnPasswordForm
from lyceum.accounts.web.views.base import FormPage
from lyceum.core import clock
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageForm

STATE = "/account/second-factor/"
CONFIRM = "/account/second-factor/confirm/"
CODES = "accounts/recovery_codes.html"


class SecondFactorRoutePage(FormPage):
    """Base of these pages."""

    form_class: ClassVar[type[PageForm]] = OwnPasswordForm

    def asked(self) -> dict[str, Any]:
        """Return who asks, from where and when."""
        return {
            "user_id": self.user_id,
            "address": client_address(self.request),
            "actor": self.actor,
            "at": clock.real_now(),
        }


class SecondFactorPage(SecondFactorRoutePage):
    """Says whether it is on; where it is off, asks for the password and starts the set-up."""

    template = "accounts/second_factor.html"

    def submit(self, form: PageForm) -> HttpResponse:
        try:
            start_second_factor(**form.cleaned_data, **self.asked())
        except SecondFactorActive:
            return HttpResponseRedirect(STATE)
        return HttpResponseRedirect(CONFIRM)

    def show_form(self, form: PageForm, *, status: int) -> HttpResponse:
        return self.show(form=form, status=status, factor=own_second_factor(self.actor))


class ConfirmPage(SecondFactorRoutePage):
    """Shows the secret to scan or to type, and asks for the first code."""

    template = "accounts/second_factor_confirm.html"
    form_class = AppCodeForm

    def submit(self, form: PageForm) -> HttpResponse:
        device = cookies.device_of(self.request)
        try:
            codes = confirm_second_factor(**form.cleaned_data, **self.asked(), keep_session=device)
        except SecondFactorNotStarted as refusal:
            messages.warning(self.request, refusal.text)
            return HttpResponseRedirect(STATE)
        return self.show(template=CODES, codes=codes, heading="Two-factor sign-in is on")

    def show_form(self, form: PageForm, *, status: int) -> HttpResponse:
        setup = pending_setup(user=get_account(self.user_id), at=clock.real_now())
        if setup is None:
            return HttpResponseRedirect(STATE)
        return self.show(form=form, status=status, secret=in_groups(setup.secret), qr=qr_code(setup.otpauth_uri))


class RecoveryCodesPage(SecondFactorRoutePage):
    """Makes new recovery codes."""

    words: ClassVar[dict[str, Any]] = {
        "heading": "New recovery codes",
        "lead": "You get ten new codes. The ones you have no longer work then.",
        "button": "Make new codes",
    }

    def submit(self, form: PageForm) -> HttpResponse:
        try:
            codes = renew_recovery_codes(**form.cleaned_data, **self.asked())
        except SecondFactorNotActive:
            return HttpResponseRedirect(STATE)
        return self.show(template=CODES, codes=codes, heading="Your new recovery codes")


class TurnOffPage(SecondFactorRoutePage):
    """Turns two-factor sign-in off."""

    words: ClassVar[dict[str, Any]] = {
        "heading": "Turn two-factor sign-in off?",
        "lead": "Your password alone will open your account then, and your recovery codes no longer work.",
        "button": "Turn it off",
    }

    def submit(self, form: PageForm) -> HttpResponse:
        try:
            disable_second_factor(**form.cleaned_data, **self.asked())
        except SecondFactorNotActive:
            return HttpResponseRedirect(STATE)
        messages.success(self.request, "Two-factor sign-in is off.")
        return HttpResponseRedirect(STATE)


def in_groups(secret: str) -> str:
    """Return the secret in groups of four, as people type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
