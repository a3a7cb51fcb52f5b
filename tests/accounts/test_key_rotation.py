"""A new SECRET_KEY ends nothing while the old one stands among SECRET_KEY_FALLBACKS."""

import secrets
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from lyceum.accounts.security.tokens import RefreshToken, signed_with
from lyceum.core.files import storage
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
OLD = secrets.token_urlsafe(48)
ME = "/api/v1/auth/me/"


def resigned(text: str, kind: Any) -> str:
    """The same token as the key before would have signed it."""
    token = signed_with(kind, OLD)()
    token.payload = kind(text).payload
    return str(token)


def signed_in(api: APIClient) -> dict[str, str]:
    user = UserFactory()
    return dict(api.post("/api/v1/auth/login/", {"email": user.email, "password": PASSWORD}).json())


def test_tokens_of_the_key_before_work_and_are_renewed_with_the_new_one(api: APIClient, settings: Any) -> None:
    pair = signed_in(api)
    access, refresh = resigned(pair["access_token"], AccessToken), resigned(pair["refresh_token"], RefreshToken)
    assert api.get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 401
    settings.SECRET_KEY_FALLBACKS = ["something-else-" + OLD, OLD]
    assert api.get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 200
    renewed = api.post("/api/v1/auth/refresh/", {"refresh": refresh})
    assert renewed.status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert api.get(ME, headers={"Authorization": f"Bearer {renewed.json()['access']}"}).status_code == 200


def test_a_key_that_was_never_ours_opens_nothing(api: APIClient, settings: Any) -> None:
    access = resigned(signed_in(api)["access_token"], AccessToken)
    settings.SECRET_KEY_FALLBACKS = [secrets.token_urlsafe(48)]
    assert api.get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 401
    for text in ("", "..", "a.b.c", access[:-2]):
        assert api.get(ME, headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_an_expired_token_of_the_key_before_says_so(api: APIClient, settings: Any) -> None:
    token = signed_with(AccessToken, OLD)()
    token.set_exp(lifetime=-AccessToken.lifetime)
    settings.SECRET_KEY_FALLBACKS = [OLD]
    answer = api.get(ME, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")


def test_pages_and_links_go_on(client: Client, settings: Any) -> None:
    now = settings.SECRET_KEY
    settings.SECRET_KEY = OLD
    client.force_login(UserFactory())
    link = storage.signed_link("a/b.pdf", filename="b.pdf").rstrip("/").rpartition("/")[2]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = now, [OLD]
    assert client.get("/account/").status_code == 200
    assert storage.read_link(link).key == "a/b.pdf"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(storage.LinkRefused):
        storage.read_link(link)
