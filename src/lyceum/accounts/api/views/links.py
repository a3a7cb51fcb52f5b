"""Mailed links, and passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.authentication import current_session, session_sent_along
from lyceum.accounts.api.outputs import SentenceOutput
from lyceum.accounts.api.views.auth import SignedOutView
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import LinkExpired, LinkInvalid
from lyceum.accounts.services.passwords import change_password, request_password_reset, reset_password
from lyceum.accounts.services.sign_up import resend_verification, verify_email
from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.client_address import client_address


class VerifyEmailView(SignedOutView):
    """Proves that an email address belongs to an account. The link is mailed on registering; its page posts the
    token.
    """

    schema_examples = {"post": {"message": "Your email address is verified."}}

    throttle_scope_name = ""
    input_serializer_class = inputs.MailedTokenInput
    output_serializer_class = outputs.VerifiedOutput
    refusals = {"post": (LinkInvalid, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Verify an email address with the token that was mailed to it.

        The token works once, and for 24 hours. What was registered as a guest with this address now belongs to the
        account.

        Whoever made the account may not be whoever reads the mail. So every session, API key and mailed link from
        before ends; send the account's own access token along to keep its session.
        """
        session = session_sent_along(request)
        verify_email(**self.read_input(), keep_session=session.pk if session else None, at=clock.real_now())
        return self.answer({"message": "Your email address is verified.", "email_verified": True})


class ResendVerificationView(SignedOutView):
    """Mails another verification link."""

    schema_examples = {
        "post": {"message": "If this address belongs to an account that isn't verified yet, a new link is on its way."}
    }

    input_serializer_class = inputs.EmailInput
    output_serializer_class = SentenceOutput

    def post(self, request: Request) -> Response:
        """Ask for a new verification link.

        The answer is the same for every address, so that nobody can find out who has an account.
        """
        resend_verification(**self.read_input(), address=client_address(request), at=clock.real_now())
        return self.answer(
            {"message": "If this address belongs to an account that isn't verified yet, a new link is on its way."}
        )


class PasswordResetView(SignedOutView):
    """Begins the reset of a forgotten password."""

    schema_examples = {
        "post": {"message": "If this address belongs to an account, a link to reset its password is on its way."}
    }

    input_serializer_class = inputs.EmailInput
    output_serializer_class = SentenceOutput

    def post(self, request: Request) -> Response:
        """Ask for a link to reset a password.

        The answer is the same for every address, so that nobody can find out who has an account. The link works for
        an hour.
        """
        request_password_reset(**self.read_input(), address=client_address(request), at=clock.real_now())
        return self.answer(
            {"message": "If this address belongs to an account, a link to reset its password is on its way."}
        )


class PasswordResetConfirmView(SignedOutView):
    """Completes the reset of a forgotten password."""

    schema_examples = {"post": {"message": "Your password is changed. Please sign in with the new one."}}

    throttle_scope_name = ""
    input_serializer_class = inputs.ResetInput
    output_serializer_class = SentenceOutput
    refusals = {"post": (LinkInvalid, LinkExpired)}

    def post(self, request: Request) -> Response:
        """Set a new password with the token from the mailed link.

        Every session and every API key of the account ends; sign in again with the new password.
        """
        data = self.read_input()
        reset_password(token=data["token"], new_password=data["new_password"], at=clock.real_now())
        return self.answer({"message": "Your password is changed. Please sign in with the new one."})


class PasswordChangeView(OwnMixin, ApiView):
    """Changes the password of the person who is signed in. `users/change-password/` does the same with other field
    names.
    """

    tag = "Signing in"
    schema_examples: ClassVar = {name: {"message": "Password changed successfully"} for name in ("post", "put")}

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    input_serializer_class: ClassVar[Any] = inputs.PasswordChangeInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}
    answers_stored = False
    old_field = "current_password"

    def post(self, request: Request) -> Response:
        """Change your password.

        Every other session and every API key of the account ends; the session that asks goes on.
        """
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
    """Changes the password like `auth/password-change/`, except that the present one is called `old_password`."""

    http_method_names = ["put", "options", "head"]
    input_serializer_class = inputs.ChangePasswordInput
    old_field = "old_password"

    def put(self, request: Request) -> Response:
        """Change your password, with `old_password`.

        Every other session and every API key of the account ends; the session that asks goes on.
        """
        return self._change(request)
