"""Signing in and out, making an account, proving an address, choosing a new password."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.accounts.errors import AuthenticationFailed, EmailTaken, LinkExpired, LinkInvalid
from lyceum.accounts.models import UserSession
from lyceum.accounts.security.addresses import client_address
from lyceum.accounts.selectors import own_sessions
from lyceum.accounts.services.passwords import change_password, request_password_reset, reset_password
from lyceum.accounts.services.registration import register_user, resend_verification, verify_email
from lyceum.accounts.services.sessions import end_other_sessions, end_session
from lyceum.accounts.services.sign_in import sign_in, sign_out
from lyceum.accounts.web import cookies
from lyceum.accounts.web.forms import (
    AddressForm,
    ChangePasswordForm,
    EmptyForm,
    NewPasswordForm,
    SignInForm,
    SignUpForm,
)
from lyceum.core import clock
from lyceum.core.errors import MethodNotAllowed, NotFound, ValidationRefused
from lyceum.core.ids import parse_id
from lyceum.core.web import PageView

OUTCOME = "accounts/outcome.html"
TOKEN_LENGTH = 200


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def _token(request: HttpRequest) -> str:
    return request.GET.get("token", "").replace("\x00", "")[:TOKEN_LENGTH]


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
                user_agent=_agent(request),
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
                user_agent=_agent(request),
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


class VerifyEmailPage(PageView):
    """The mailed link. Mail scanners follow links, so only the button verifies."""

    template = "accounts/form_page.html"
    private = True

    def get(self, request: HttpRequest) -> HttpResponse:
        if not _token(request):
            return HttpResponseRedirect("/verify-email/again/")
        return self.show(
            form=EmptyForm(),
            heading="Verify your email address",
            lead="One step is left: tell us that it was you who opened this link.",
            button="Verify my address",
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            user = verify_email(token=_token(request), at=clock.real_now())
        except (LinkInvalid, LinkExpired) as refusal:
            return self.show(
                template=OUTCOME,
                status=refusal.status,
                tone="bad",
                state="This link doesn't work",
                heading="Your address isn't verified",
                lead=refusal.text,
                href="/verify-email/again/",
                action="Send me a new link",
            )
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


class AddressPage(PageView):
    """Asks for an address and mails a link there, with the same answer whether there is an account or not."""

    template = "accounts/form_page.html"
    private = True
    words: ClassVar[dict[str, Any]]
    told: ClassVar[str]

    def ask(self, email: str, *, address: str, at: datetime) -> None:
        """Call the verb that queues the mail."""
        raise NotImplementedError

    def initial(self) -> dict[str, str]:
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=AddressForm(initial=self.initial()), **self.words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.show_refused(form, **self.words)
        self.ask(form.cleaned_data["email"], address=client_address(request), at=clock.real_now())
        return self.show(template=OUTCOME, heading="Please look into your inbox", lead=self.told)


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


class ForgotPasswordPage(AddressPage):
    words: ClassVar[dict[str, Any]] = {
        "heading": "Reset your password",
        "lead": "Type the address of your account. We mail you a link with which you choose a new password.",
        "button": "Send the link",
    }
    told = "If there is an account with this address, a link is on its way. It works for one hour."

    def ask(self, email: str, *, address: str, at: datetime) -> None:
        request_password_reset(email=email, address=address, at=at)


class ResetPasswordPage(PageView):
    template = "accounts/form_page.html"
    private = True
    words: ClassVar[dict[str, Any]] = {
        "heading": "Choose a new password",
        "lead": "Every device that is signed in will be signed out.",
        "button": "Save the password",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        if not _token(request):
            return HttpResponseRedirect("/forgot-password/")
        return self.show(form=NewPasswordForm(), **self.words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return self.show_refused(form, **self.words)
        try:
            reset_password(token=_token(request), new_password=form.cleaned_data["new_password"], at=clock.real_now())
        except ValidationRefused as refusal:
            form.refuse(refusal)
            return self.show_refused(form, **self.words)
        except (LinkInvalid, LinkExpired) as refusal:
            return self.show(
                template=OUTCOME,
                status=refusal.status,
                tone="bad",
                state="This link doesn't work",
                heading="Your password is unchanged",
                lead=refusal.text,
                href="/forgot-password/",
                action="Send me a new link",
            )
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


class ChangePasswordPage(PageView):
    template = "accounts/form_page.html"
    sign_in_needed = True
    words: ClassVar[dict[str, Any]] = {
        "heading": "Change your password",
        "lead": "Every other device that is signed in will be signed out.",
        "button": "Save the password",
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=ChangePasswordForm(), **self.words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ChangePasswordForm(request.POST)
        if not form.is_valid():
            return self.show_refused(form, **self.words)
        device = own_sessions(self.actor, at=clock.real_now()).filter(pk=cookies.device_of(request)).first()
        try:
            user = change_password(
                **form.cleaned_data,
                user_id=self.user_id,
                keep_session=device.pk if device else None,
                address=client_address(request),
                actor=self.actor,
                at=clock.real_now(),
            )
        except ValidationRefused as refusal:
            form.refuse(refusal)
            return self.show_refused(form, **self.words)
        cookies.renew(request, user, device)
        messages.success(request, "Your password is changed, and every other device is signed out.")
        return HttpResponseRedirect("/account/")


class EndDevicePage(PageView):
    """The buttons beside the signed-in devices of the account page."""

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
