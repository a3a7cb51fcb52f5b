"""An account that somebody made with another's address gives nothing of that address to whoever made it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import ApiKey, EmailToken, SecondFactor, User, UserSession
from lyceum.core import clock
from lyceum.core.models import Fact
from tests.factories.accounts import (
    PASSWORD,
    ApiKeyFactory,
    SecondFactorFactory,
    UnverifiedUserFactory,
    UserFactory,
    UserSessionFactory,
    app_code,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
As = Callable[..., APIClient]
Token = Callable[[], str]
NEW = "another-long-passphrase"
KEYS = "/api/v1/users/me/api-keys/"
VERIFY = "/api/v1/auth/verify-email/"
ME = "/api/v1/auth/me/"


def with_key(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
    return client


def register(email: str = "victim@example.org") -> APIClient:
    """Make an account and go on with the tokens of the answer."""
    client = APIClient()
    body = {"email": email, "password": PASSWORD, "first_name": "No", "last_name": "Body"}
    answer = client.post("/api/v1/auth/register/", body)
    assert answer.status_code == 201
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
    return client


def test_a_key_ends_with_a_password_reset(api: APIClient, mailed_token: Token) -> None:
    user = UserFactory()
    ApiKeyFactory(user=user, secret="lyc_before", scopes=["profile:read"])
    ApiKeyFactory(secret="lyc_other", scopes=["profile:read"])
    assert with_key("lyc_before").get(ME).status_code == 200
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    body = {"token": mailed_token(), "new_password": NEW}
    assert api.post("/api/v1/auth/password-reset/confirm/", body).status_code == 200
    refused = with_key("lyc_before").get(ME)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "TOKEN_INVALID")
    assert with_key("lyc_other").get(ME).status_code == 200
    assert Fact.objects.filter(name="accounts.api_key_revoked", about_id=user.pk).count() == 1


def test_a_key_ends_with_a_password_change(signed_in: SignIn) -> None:
    user = UserFactory()
    ApiKeyFactory(user=user, secret="lyc_before", scopes=["profile:read"])
    client = signed_in(user)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert client.post("/api/v1/auth/password-change/", body).status_code == 200
    assert with_key("lyc_before").get(ME).status_code == 401
    assert client.get(ME).status_code == 200


@pytest.mark.parametrize("how", ["reset", "change"])
def test_links_mailed_before_a_new_password_are_void(api: APIClient, mailed_token: Token, how: str) -> None:
    client = register()
    verification = mailed_token()
    api.post("/api/v1/auth/password-reset/", {"email": "victim@example.org"})
    reset = mailed_token()
    if how == "reset":
        body = {"token": reset, "new_password": NEW}
        assert api.post("/api/v1/auth/password-reset/confirm/", body).status_code == 200
    else:
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert client.post("/api/v1/auth/password-change/", body).status_code == 200
    assert api.post(VERIFY, {"token": verification}).json()["error"]["code"] == "INVALID_TOKEN"
    again = {"token": reset, "new_password": "a-third-long-passphrase"}
    assert api.post("/api/v1/auth/password-reset/confirm/", again).json()["error"]["code"] == "INVALID_TOKEN"
    assert not User.objects.get().email_verified
    # The owner isn't left without a way on: a fresh link is mailed.
    assert api.post(VERIFY, {"token": mailed_token()}).status_code == 200


def test_a_key_needs_a_verified_address(signed_in: SignIn) -> None:
    client = signed_in(UnverifiedUserFactory())
    refused = client.post(KEYS, {"name": "Sync", "scopes": ["profile:read"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")
    assert not ApiKey.objects.exists()


def test_a_key_of_an_address_that_is_no_longer_proven_opens_nothing() -> None:
    ApiKeyFactory(user=UnverifiedUserFactory(), secret="lyc_early", scopes=["profile:read"])
    refused = with_key("lyc_early").get(ME)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")


def test_verifying_from_the_mail_alone_signs_everybody_out(api: APIClient, mailed_token: Token) -> None:
    stranger = register()
    ApiKeyFactory(user=User.objects.get(), secret="lyc_early", scopes=["profile:read"])
    assert api.post(VERIFY, {"token": mailed_token()}).status_code == 200
    assert stranger.get(ME).status_code == 401
    assert UserSession.objects.get().end_reason == "verified"
    assert with_key("lyc_early").get(ME).status_code == 401
    user = User.objects.get()
    assert user.email_verified
    assert user.check_password(PASSWORD)


def test_verifying_with_its_own_sign_in_keeps_it_and_ends_the_others(signed_in: SignIn, mailed_token: Token) -> None:
    own = register()
    other = signed_in(User.objects.get())
    assert own.post(VERIFY, {"token": mailed_token()}).status_code == 200
    assert own.get(ME).json()["email_verified"] is True
    assert other.get(ME).status_code == 401


@pytest.mark.parametrize("whose", ["another's", "ended", "nonsense", "key"])
def test_no_other_credentials_keep_a_session(signed_in: SignIn, mailed_token: Token, whose: str) -> None:
    stranger = register()
    token = mailed_token()
    if whose == "another's":
        caller = signed_in(UserFactory())
    elif whose == "ended":
        caller = signed_in(User.objects.get())
        caller.post("/api/v1/auth/logout/", {"refresh": caller.tokens["refresh_token"]})  # type: ignore[attr-defined]
    elif whose == "key":
        ApiKeyFactory(user=User.objects.get(), secret="lyc_own", scopes=["profile:read"])
        caller = with_key("lyc_own")
    else:
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert caller.post(VERIFY, {"token": token}).status_code == 200
    assert stranger.get(ME).status_code == 401
    assert User.objects.get(email="victim@example.org").email_verified


def test_a_stranger_sets_up_no_second_factor(signed_in: SignIn) -> None:
    stranger = register()
    refused = stranger.post("/api/v1/users/me/second-factor/", {"password": PASSWORD})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")
    user = User.objects.get()
    SecondFactorFactory(user=user, started_at=clock.real_now(), confirmed_at=None)
    refused = stranger.post("/api/v1/users/me/second-factor/confirm/", {"code": app_code()})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")
    assert not SecondFactor.objects.filter(confirmed_at__isnull=False).exists()


def test_a_browser_that_is_not_verified_is_told_so(client: Client) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD, "first_name": "Ada", "last_name": "L"}
    client.post("/sign-up/", body)
    page = client.post("/account/second-factor/", {"password": PASSWORD})
    assert page.status_code == 403
    assert "verify your email address" in page.text
    assert not SecondFactor.objects.exists()


def test_the_page_keeps_the_browser_that_signed_up(client: Client, mailed_token: Token) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD, "first_name": "Ada", "last_name": "L"}
    client.post("/sign-up/", body)
    elsewhere = UserSessionFactory(user=User.objects.get())
    page = client.post(f"/verify-email/?token={mailed_token()}")
    assert "Your address is verified" in page.text
    assert client.get("/account/").status_code == 200
    elsewhere.refresh_from_db()
    assert elsewhere.end_reason == "verified"


def test_the_page_says_what_a_stranger_left_behind(client: Client, mailed_token: Token) -> None:
    stranger = Client()
    body = {"email": "victim@example.org", "password": PASSWORD, "first_name": "No", "last_name": "Body"}
    stranger.post("/sign-up/", body)
    page = client.post(f"/verify-email/?token={mailed_token()}")
    assert "If you didn&#x27;t choose its password yourself" in page.text
    assert 'href="/forgot-password/"' in page.text
    assert stranger.get("/account/").status_code == 302


def test_the_mail_says_what_to_do_about_a_stranger(api: APIClient, drain: Any) -> None:
    register()
    drain()
    body = str(mail.outbox[-1].body)
    assert "If you didn't make it, please don't confirm it" in body
    assert body.count("token=") == 1


def test_a_session_that_began_too_late_is_ended_too(signed_in: SignIn, api: APIClient, mailed_token: Token) -> None:
    register()
    token = mailed_token()
    late = signed_in(User.objects.get())
    api.post(VERIFY, {"token": token})
    assert late.get(ME).status_code == 401
    assert not EmailToken.objects.filter(used_at__isnull=True).exists()
