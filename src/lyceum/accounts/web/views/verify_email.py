"""Proving an address with the mailed link."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.services.sign_up import resend_verification, verify_email
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import EmptyForm
from lyceum.accounts.web.views.base import OUTCOME, AddressPage, LinkPage, link_token
from lyceum.core import clock

_OWN_BROWSER: dict[str, Any] = {
    "lead": "Registrations that were made with it before are in your account now. Other devices are signed out.",
    "href": "/account/",
    "action": "Open your account",
}
# The browser that made the account is another one, perhaps another person's.
_ANOTHER_BROWSER: dict[str, Any] = {
    "lead": "Registrations that were made with it before are in your account now. Every device is signed out.",
    "href": "/sign-in/",
    "action": "Sign in",
    "note": "If you didn't choose its password yourself, somebody else knows it: choose a new one before you go on.",
    "second_href": "/forgot-password/",
    "second_action": "Choose a new password",
}


class VerifyEmailPage(LinkPage):
    """The mailed link. Mail scanners follow links, so only the button verifies."""

    ask_again = "/verify-email/again/"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not link_token(request):
            return HttpResponseRedirect(self.ask_again)
        return self.show(
            form=EmptyForm(),
            heading="Verify your email address",
            lead="One step is left: tell us that it was you who made this account, and chose its password.",
            button="Verify my address",
            note="Did somebody else make it with your address? Then choose a password of your own first.",
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            user = verify_email(token=link_token(request), keep_session=cookies.device_of(request), at=clock.real_now())
        except (LinkInvalid, LinkExpired) as refusal:
            return self.show_dead(refusal, heading="Your address isn't verified")
        words = _OWN_BROWSER if self.actor.user_id == user.pk else _ANOTHER_BROWSER
        return self.show(template=OUTCOME, tone="good", state="Verified", heading="Your address is verified", **words)


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
