"""Proving an address with the mailed link."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.services.sign_up import resend_verification, verify_email
from lyceum.accounts.web.forms import (
    EmptyForm,
)
from lyceum.accounts.web.views.base import OUTCOME, AddressPage, LinkPage, link_token
from lyceum.core import clock


class VerifyEmailPage(LinkPage):
    """The mailed link. Mail scanners follow links, so only the button verifies."""

    ask_again = "/verify-email/again/"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not link_token(request):
            return HttpResponseRedirect(self.ask_again)
        return self.show(
            form=EmptyForm(),
            heading="Verify your email address",
            lead="One step is left: tell us that it was you who opened this link.",
            button="Verify my address",
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            user = verify_email(token=link_token(request), at=clock.real_now())
        except (LinkInvalid, LinkExpired) as refusal:
            return self.show_dead(refusal, heading="Your address isn't verified")
        signed_in = self.actor.user_id == user.pk
        return self.show(
            template=OUTCOME,
            tone="good",
            state="Verified",
            heading="Your address is verified",
            lead="Registrations that were made with it before are in your account now.",
            href="/account/" if signed_in else "/sign-in/",
            action="Open your account" if signed_in else "Sign in",
        )


class VerifyAgainPage(AddressPage):
    words: ClassVar[dict[str, Any]] = {
        "heading": "Send the verification link again",
        "lead": "Type the address of your account.",
        "button": "Send the link",
    }
    told = "If an account with this address still waits for it, a new link is on its way. It works for 24 hours."

    def initial(self) -> dict[str, str]:
        return {"email": self.actor.email}

    def ask(self, email: str, *, address: str, at: datetime) -> None:
        resend_verification(email=email, address=address, at=at)
