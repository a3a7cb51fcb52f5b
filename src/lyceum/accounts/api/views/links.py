"""Mailed links, and passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.authentication import current_session
from lyceum.accounts.api.outputs import SentenceOutput
from lyceum.accounts.api.views.auth import PublicView
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.services.passwords import change_password, request_password_reset, reset_password
from lyceum.accounts.services.registration import resend_verification, verify_email
from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.client_address import client_address


class VerifyEmailView(PublicView):
    """Proving an address."""

    throttle_scope_name = ""
    input_serializer_class = inputs.MailedTokenInput
    output_serializer_class = outputs.VerifiedOutput
    refusals = {"post": (LinkInvalid, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Prove the address that the link was mailed to. The link works once."""
        verify_email(**self.read_input(), at=clock.real_now())
        return self.answer({"message": "Your email address is verified.", "email_verified": True})


class ResendVerificationView(PublicView):
    """Asking for another verification link."""

    input_serializer_class = inputs.EmailInput
    output_serializer_class = SentenceOutput

    def post(self, request: Request) -> Response:
        """Mail a new link where one is needed; the answer is the same for every address."""
        resend_verification(**self.read_input(), address=client_address(request), at=clock.real_now())
        return self.answer(
            {"message": "If this address belongs to an account that isn't verified yet, a new link is on its way."}
        )


class PasswordResetView(PublicView):
    """Asking for a reset link."""

    input_serializer_class = inputs.EmailInput
    output_serializer_class = SentenceOutput

    def post(self, request: Request) -> Response:
        """Mail a reset link where there is an account; the answer is the same for every address."""
        request_password_reset(**self.read_input(), address=client_address(request), at=clock.real_now())
        return self.answer(
            {"message": "If this address belongs to an account, a link to reset its password is on its way."}
        )


class PasswordResetConfirmView(PublicView):
    """Setting a new password by a mailed link."""

    throttle_scope_name = ""
    input_serializer_class = inputs.ResetInput
    output_serializer_class = SentenceOutput
    refusals = {"post": (LinkInvalid, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Set a new password; every sign-in of the account ends."""
        data = self.read_input()
        reset_password(token=data["token"], new_password=data["new_password"], at=clock.real_now())
        return self.answer({"message": "Your password is changed. Please sign in with the new one."})


class PasswordChangeView(OwnMixin, ApiView):
    """Changing one's password, as S0 names it."""

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    input_serializer_class: ClassVar[Any] = inputs.PasswordChangeInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}
    answers_stored = False
    old_field = "current_password"

    def post(self, request: Request) -> Response:
        """Change the password; every other sign-in of the account ends."""
        return self._change(request)

    def _change(self, request: Request) -> Response:
        data = self.read_input()
        session = current_session(request)
        change_password(
            user_id=self.person_id,
            old_password=data[self.old_field],
            new_password=data["new_password"],
            keep_session=session.pk if session else None,
            address=client_address(request),
            actor=self.actor,
            at=clock.real_now(),
            fields=(self.old_field, "new_password"),
        )
        return self.answer({"message": "Password changed successfully"})


class ChangePasswordView(PasswordChangeView):
    """The same as S2 names it."""

    http_method_names = ["put", "options", "head"]
    input_serializer_class = inputs.ChangePasswordInput
    old_field = "old_password"

    def put(self, request: Request) -> Response:
        """Change the password; every other sign-in of the account ends."""
        return self._change(request)
