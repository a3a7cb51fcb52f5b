"""Two-factor sign-in of one's own account. No API key opens these, and no answer of theirs is stored."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.authentication import current_session
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import SecondFactorActive, SecondFactorNotActive, SecondFactorNotStarted
from lyceum.accounts.selectors import own_second_factor
from lyceum.accounts.services.renew_recovery_codes import renew_recovery_codes
from lyceum.accounts.services.second_factor import (
    confirm_second_factor,
    disable_second_factor,
    start_second_factor,
)
from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import ReauthenticationRequired
from lyceum.core.http.client_address import client_address


class SecondFactorRoute(OwnMixin, ApiView):
    """Base of the routes about two-factor sign-in."""

    tag = "Signing in"

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    answers_stored = False

    def asked(self) -> dict[str, Any]:
        """Return who asks, from where and when."""
        return {
            "user_id": self.person_id,
            "address": client_address(self.request),
            "actor": self.actor,
            "at": clock.real_now(),
        }


class SecondFactorView(SecondFactorRoute):
    """Two-factor sign-in: a code of an authenticator app (TOTP, RFC 6238) beside the password, at every sign-in."""

    audiences: ClassVar[Any] = {"post": Audience.VERIFIED}
    throttle_scope_name = ""
    input_serializer_class = inputs.FreshSignInInput
    output_serializers: ClassVar[Any] = {
        "get": outputs.SecondFactorOutput,
        "post": outputs.SecondFactorSetupOutput,
    }
    refusals = {
        "post": (SecondFactorActive, ReauthenticationRequired),
        "delete": (SecondFactorNotActive, ReauthenticationRequired),
    }

    def get(self, request: Request) -> Response:
        """Get the state of your two-factor sign-in."""
        return self.answer(own_second_factor(self.actor))

    def post(self, request: Request) -> Response:
        """Start setting up two-factor sign-in.

        Put the secret into an authenticator app, then send the code that it shows to `users/me/second-factor/confirm/`
        within 15 minutes. Nothing changes before that. Starting again makes a new secret. The address must be verified:
        nobody is to lock its owner out of an account that they have made with it.
        """
        return self.answer(start_second_factor(**self.read_input(), **self.asked()), status=201)

    def delete(self, request: Request) -> Response:
        """Turn two-factor sign-in off.

        Where the sign-in isn't of the last few minutes, the password goes into the body, as `{"password": "…"}`. The
        recovery codes are void too. Staff lose the rights of staff where this site requires a second factor of them.
        """
        disable_second_factor(**self.read_input(), **self.asked())
        return Response(status=204)


class ConfirmSecondFactorView(SecondFactorRoute):
    """Completes the set-up of two-factor sign-in."""

    audience = Audience.VERIFIED
    input_serializer_class = inputs.SecondFactorCodeInput
    output_serializer_class = outputs.RecoveryCodesOutput
    success_statuses = {"post": 200}
    refusals = {"post": (SecondFactorNotStarted,)}

    def post(self, request: Request) -> Response:
        """Turn two-factor sign-in on with a code of the app.

        The answer holds ten recovery codes, shown this once: each opens the account one time without the app. Every
        other session ends.
        """
        session = current_session(request)
        codes = confirm_second_factor(**self.read_input(), **self.asked(), keep_session=session.pk if session else None)
        words = "Two-factor sign-in is on. Keep your recovery codes in a safe place."
        return self.answer({"message": words, "recovery_codes": codes})


class RecoveryCodesView(SecondFactorRoute):
    """The recovery codes, which open the account when the app is lost."""

    input_serializer_class = inputs.FreshSignInInput
    output_serializer_class = outputs.RecoveryCodesOutput
    success_statuses = {"post": 201}
    # Nothing is guessed here, so it counts as an ordinary request.
    throttle_scope_name = ""
    refusals = {"post": (SecondFactorNotActive, ReauthenticationRequired)}
    schema_examples = {"post": {"message": "These codes take the place of the ones you had."}}

    def post(self, request: Request) -> Response:
        """Make new recovery codes.

        They are shown this once. The ones from before no longer work.
        """
        codes = renew_recovery_codes(**self.read_input(), **self.asked())
        words = "These codes take the place of the ones you had."
        return self.answer({"message": words, "recovery_codes": codes}, status=201)
