"""Registration, sign-in, refresh and sign-out."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.accounts.api import inputs, outputs
from lyceum.accounts.api.outputs import SentenceOutput
from lyceum.accounts.api.views.base import OwnMixin
from lyceum.accounts.errors import AuthenticationFailed, EmailTaken, TokenExpired, TokenInvalid
from lyceum.accounts.rules import manifest
from lyceum.accounts.selectors import own_account
from lyceum.accounts.services.registration import register_user
from lyceum.accounts.services.sign_in import refresh_tokens, sign_in, sign_out
from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.http.client_address import client_address


class PublicView(ApiView):
    """Base of the routes that are used before, or instead of, being signed in: old credentials don't disturb them."""

    audience = Audience.ANYONE
    authentication_classes = ()
    throttle_scope_name = "auth_login"
    success_statuses = {"post": 200}
    answers_stored = False

    def caller(self) -> dict[str, Any]:
        """Return the address and device of the request, for the sign-in it may begin."""
        return {"address": client_address(self.request), "user_agent": self.request.headers.get("User-Agent", "")}


class RegisterView(PublicView):
    """Making an account."""

    # A success is not counted as a failure, so new accounts count as ordinary requests.
    throttle_scope_name = ""
    input_serializer_class = inputs.NewAccountInput
    output_serializer_class = outputs.NewAccountOutput
    success_statuses = {"post": 201}
    refusals = {"post": (EmailTaken,)}

    def post(self, request: Request) -> Response:
        """Make an account and sign in; a link that proves the address is mailed."""
        data = self.read_input()
        return self.answer(register_user(**data, **self.caller(), at=clock.real_now()), status=201)


class LoginView(PublicView):
    """Signing in, as S2 names it."""

    input_serializer_class = inputs.LoginInput
    output_serializer_class: ClassVar[Any] = outputs.LoginOutput
    refusals = {"post": (AuthenticationFailed,)}

    def post(self, request: Request) -> Response:
        """Sign in with address and password."""
        return self.answer(sign_in(**self.read_input(), **self.caller(), at=clock.real_now()))


class TokenView(LoginView):
    """Signing in, as S0 and S3 name it."""

    output_serializer_class = outputs.TokenOutput


class RefreshView(PublicView):
    """Staying signed in."""

    input_serializer_class = inputs.RefreshInput
    output_serializer_class = outputs.TokenOutput
    refusals = {"post": (TokenInvalid, TokenExpired)}

    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair; each works once, and a second use ends its sign-in."""
        return self.answer(refresh_tokens(**self.read_input(), at=clock.real_now()))


class TokenRefreshView(RefreshView):
    """The same under S0's and S3's name."""


@extend_schema(exclude=True)
class AliasTokenView(TokenView):
    """S3's address below /api/."""


@extend_schema(exclude=True)
class AliasTokenRefreshView(RefreshView):
    """S3's address below /api/."""


class LogoutView(ApiView):
    """Signing out."""

    audience = Audience.USER
    input_serializer_class = inputs.LogoutInput
    output_serializer_class = SentenceOutput
    success_statuses = {"post": 200}

    def post(self, request: Request) -> Response:
        """End the sign-in of the given refresh token, or with no body every sign-in of the caller."""
        refresh = self.read_input().get("refresh")
        sign_out(actor=self.actor, refresh=refresh, session_id=None, at=clock.real_now())
        return self.answer({"message": "Successfully logged out"})


class MeView(OwnMixin, ApiView):
    """Who is signed in."""

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.MeOutput

    def get(self, request: Request) -> Response:
        """Return the caller's account and profile."""
        return self.answer(own_account(self.person))


class ManifestView(OwnMixin, ApiView):
    """What a client should offer."""

    audience = Audience.USER
    scope = "profile"
    output_serializer_class = outputs.ManifestOutput

    def get(self, request: Request) -> Response:
        """Return the caller's role and the features that go with it."""
        return self.answer(manifest.manifest_of(self.person))
