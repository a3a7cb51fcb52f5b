"""Registration, sign-in, refresh and sign-out."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.authentication import current_session
from lyceum.accounts.api.outputs import SentenceOutput
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import (
    AuthenticationFailed,
    EmailTaken,
    SecondFactorInvalid,
    SecondFactorRequired,
    TokenExpired,
    TokenInvalid,
)
from lyceum.accounts.rules import manifest
from lyceum.accounts.selectors import own_account
from lyceum.accounts.services.reauthenticate import reauthenticate
from lyceum.accounts.services.sign_in import refresh_tokens, sign_in, sign_out
from lyceum.accounts.services.sign_up import register_user
from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.client_address import client_address


class SignedOutView(ApiView):
    """Base of the routes that are used before, or instead of, being signed in; credentials sent along are not read."""

    tag = "Signing in"

    audience = Audience.ANYONE
    authentication_classes = ()
    throttle_scope_name = "auth_login"
    success_statuses = {"post": 200}
    answers_stored = False

    def caller(self) -> dict[str, Any]:
        """Return the address and device of the request, for the sign-in it may begin."""
        return {"address": client_address(self.request), "user_agent": self.request.headers.get("User-Agent", "")}


class RegisterView(SignedOutView):
    """Creates an account. Everybody starts as an attendee: roles are taken up afterwards, with `users/me/upgrade/`.

    This is the one operation that says whether an email address has an account (409 `EMAIL_TAKEN`).
    """

    # A success is not counted as a failure, so new accounts count as ordinary requests.
    throttle_scope_name = ""
    input_serializer_class = inputs.NewAccountInput
    output_serializer_class = outputs.NewAccountOutput
    success_statuses = {"post": 201}
    refusals = {"post": (EmailTaken,)}

    def post(self, request: Request) -> Response:
        """Create an account and sign in.

        A link that proves the email address is mailed. The account works before that, but what was registered as a
        guest with this address is connected only once the address is verified.
        """
        data = self.read_input()
        return self.answer(register_user(**data, **self.caller(), at=clock.real_now()), status=201)


class LoginView(SignedOutView):
    """Signs a person in with email address and password, and opens a session that `users/me/sessions/` lists.

    After five failures within an hour for one account and one network address, further attempts are refused with 429.
    An account with two-factor sign-in wants a `code` too: without it, a right password is refused with 401
    `SECOND_FACTOR_REQUIRED`, so send the same again with the code. A wrong or used code is 401 `SECOND_FACTOR_INVALID`.
    """

    input_serializer_class = inputs.LoginInput
    output_serializer_class: ClassVar[Any] = outputs.LoginOutput
    refusals = {"post": (AuthenticationFailed, SecondFactorRequired, SecondFactorInvalid)}

    def post(self, request: Request) -> Response:
        """Sign in with email address and password.

        Send the `access_token` with every request as `Authorization: Bearer …`; it works for 15 minutes. The
        `refresh_token` gets a new pair from `auth/refresh/`; it works for 7 days, and once.
        """
        return self.answer(sign_in(**self.read_input(), **self.caller(), at=clock.real_now()))


class TokenView(LoginView):
    """Signs in like `auth/login/`, and answers with the two tokens alone."""

    output_serializer_class = outputs.TokenOutput

    def post(self, request: Request) -> Response:
        """Sign in and get a pair of tokens."""
        return super().post(request)


class RefreshView(SignedOutView):
    """Keeps a person signed in: an access token works for 15 minutes, and a refresh token gets the next one."""

    input_serializer_class = inputs.RefreshInput
    output_serializer_class = outputs.TokenOutput
    refusals = {"post": (TokenInvalid, TokenExpired)}

    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair of tokens.

        A refresh token works once. When one is used a second time, somebody may have copied it: the whole session
        ends, and all of its tokens stop working.
        """
        return self.answer(refresh_tokens(**self.read_input(), at=clock.real_now()))


class TokenRefreshView(RefreshView):
    """The same as `auth/refresh/`, at the address that JWT libraries expect."""

    alias_of = {"POST": "POST /api/v1/auth/refresh/"}


@extend_schema(exclude=True)
class AliasTokenView(TokenView):
    """Signing in at an address below /api/, for older programs."""


@extend_schema(exclude=True)
class AliasTokenRefreshView(RefreshView):
    """Refreshing at an address below /api/, for older programs."""


class LogoutView(ApiView):
    """Signs a person out."""

    tag = "Signing in"
    schema_examples = {"post": {"message": "Successfully logged out"}}

    audience = Audience.USER
    input_serializer_class = inputs.LogoutInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}

    def post(self, request: Request) -> Response:
        """Sign out.

        With a refresh token in the body, the session that it belongs to ends. With no body, every session of the
        account ends.
        """
        refresh = self.read_input().get("refresh")
        sign_out(actor=self.actor, refresh=refresh, session_id=None, at=clock.real_now())
        return self.answer({"message": "Successfully logged out"})


class ReauthenticateView(ApiView):
    """Asks a signed-in person for the password once more, before what could cost them the account."""

    tag = "Signing in"
    schema_examples = {"post": {"message": "Thank you. It is you."}}

    audience = Audience.USER
    throttle_scope_name = "auth_login"
    answers_stored = False
    input_serializer_class = inputs.OwnPasswordInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}

    def post(self, request: Request) -> Response:
        """Confirm your password.

        Some operations want a sign-in of the last few minutes, and answer 403 `REAUTHENTICATION_REQUIRED` otherwise.
        This makes the session in use as good as a new one.
        """
        session = current_session(request)
        reauthenticate(
            **self.read_input(),
            session_id=session.pk if session else None,
            address=client_address(request),
            actor=self.actor,
            at=clock.real_now(),
        )
        return self.answer({"message": "Thank you. It is you."})


class MeView(OwnMixin, ApiView):
    """The signed-in person's own account. Nobody else can read it here."""

    tag = "Your account"
    alias_of = {"GET": "GET /api/v1/users/profile/"}

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.MeOutput

    def get(self, request: Request) -> Response:
        """Get your account and profile."""
        return self.answer(own_account(self.person))


class ManifestView(OwnMixin, ApiView):
    """What a program should offer to the person who is signed in, so that it need not work out roles by itself."""

    tag = "Your account"

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.ManifestOutput

    def get(self, request: Request) -> Response:
        """Get your role and the features that go with it."""
        return self.answer(manifest.manifest_of(self.person))
