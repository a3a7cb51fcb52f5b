"""Keys for programs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from lyceum.accounts.models import ApiKey, User
from lyceum.core import clock
from lyceum.core.models import IdempotencyKey
from lyceum.core.tokens import digest
from tests.factories.accounts import ApiKeyFactory, StaffFactory, UserFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
As = Callable[..., APIClient]
URL = "/api/v1/users/me/api-keys/"


def with_key(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
    return client


def test_a_key_is_shown_once_and_kept_as_a_hash(api_as: As) -> None:  # E36
    user = UserFactory()
    answer = api_as(user).post(URL, {"name": "Sync", "scopes": ["profile:read", "events:read"]})
    assert answer.status_code == 201
    body = answer.json()
    key = ApiKey.objects.get()
    assert key.key_hash == digest(body["key"])
    assert body["key"].startswith(body["prefix"])
    assert body["scopes"] == ["events:read", "profile:read"]
    assert timedelta(days=89) < key.expires_at - clock.real_now() < timedelta(days=90)
    assert "key" not in api_as(user).get(f"{URL}{key.pk}/").json()
    assert with_key(body["key"]).get("/api/v1/auth/me/").json()["id"] == str(user.pk)
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_a_new_key_is_never_stored_as_an_answer(api_as: As) -> None:
    client = api_as(UserFactory())
    for _ in range(2):
        client.post(URL, {"name": "Sync", "scopes": ["events:read"]}, HTTP_IDEMPOTENCY_KEY="one")
    assert not IdempotencyKey.objects.exists()
    assert ApiKey.objects.count() == 2


def test_a_key_opens_only_its_scopes() -> None:
    reader = with_key(ApiKeyFactory(secret="lyc_a", scopes=["profile:read"]) and "lyc_a")
    assert reader.get("/api/v1/users/me/").status_code == 200
    refused = reader.patch("/api/v1/users/me/", {"bio": "new"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    writer = with_key(ApiKeyFactory(secret="lyc_b", scopes=["profile:write"]) and "lyc_b")
    assert writer.get("/api/v1/users/me/").status_code == 403
    assert writer.patch("/api/v1/users/me/", {"bio": "new"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", URL),
        ("post", URL),
        ("get", "/api/v1/users/me/sessions/"),
        ("post", "/api/v1/users/me/sessions/terminate-all/"),
        ("post", "/api/v1/users/me/delete-account/"),
        ("post", "/api/v1/users/me/export-data/"),
        ("post", "/api/v1/users/me/upgrade/"),
        ("put", "/api/v1/users/change-password/"),
        ("post", "/api/v1/auth/password-change/"),
        ("post", "/api/v1/auth/logout/"),
        ("get", "/api/v1/users/"),
    ],
)
def test_no_key_opens_the_account_itself(method: str, path: str) -> None:
    every = ["profile:read", "profile:write", "events:read", "events:write", "account:write", ":write", ":read"]
    ApiKeyFactory(secret="lyc_all", scopes=every, user=StaffFactory())
    assert getattr(with_key("lyc_all"), method)(path, {}).status_code == 403


def test_expired_revoked_unknown_and_ownerless_keys_are_refused() -> None:
    ApiKeyFactory(secret="lyc_old", expires_at=clock.real_now() - timedelta(seconds=1), scopes=["profile:read"])
    ApiKeyFactory(secret="lyc_gone", revoked_at=clock.real_now(), scopes=["profile:read"])
    ApiKeyFactory(secret="lyc_off", user=UserFactory(is_active=False), scopes=["profile:read"])
    codes = {
        secret: with_key(secret).get("/api/v1/auth/me/").json()["error"]["code"]
        for secret in ("lyc_old", "lyc_gone", "lyc_off", "lyc_none")
    }
    assert codes == {
        "lyc_old": "TOKEN_EXPIRED",
        "lyc_gone": "TOKEN_INVALID",
        "lyc_off": "TOKEN_INVALID",
        "lyc_none": "TOKEN_INVALID",
    }


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "x" * 101}, 422),
        ({"name": "a\x00"}, 422),
        ({"scopes": []}, 400),
        ({"scopes": ["admin:write"]}, 422),
        ({"scopes": "events:read"}, 422),
        ({"scopes": [{}]}, 422),
        ({"scopes": ["events:read"] * 100}, 422),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"expires_at": "2099-01-01T00:00:00Z"}, 422),
        ({"expires_at": "soon"}, 422),
        ({"expires_at": "9999-12-31T23:59:59-23:59"}, 422),
    ],
)
def test_bad_keys_are_not_made(api_as: As, change: dict[str, Any], status: int) -> None:
    body = {"name": "Sync", "scopes": ["events:read"]} | change
    assert api_as(UserFactory()).post(URL, body).status_code == status
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_at_once(api_as: As) -> None:
    key = ApiKeyFactory(secret="lyc_x", scopes=["profile:read"])
    owner = api_as(key.user)
    assert owner.delete(f"{URL}{key.pk}/").status_code == 204
    assert with_key("lyc_x").get("/api/v1/auth/me/").status_code == 401
    assert owner.get(URL).json()["count"] == 0
    assert owner.delete(f"{URL}{key.pk}/").status_code == 404


def test_anothers_key_is_absent(api_as: As) -> None:
    key = ApiKeyFactory()
    for client in (api_as(UserFactory()), api_as(StaffFactory())):
        assert client.get(URL).json()["count"] == 0
        assert client.get(f"{URL}{key.pk}/").status_code == 404
        assert client.delete(f"{URL}{key.pk}/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize("bad", ["x", "0190b5a0-0000-7000-8000-000000000000", "%00"])
def test_wrong_ids_are_a_404(api_as: As, bad: str) -> None:
    client = api_as(UserFactory())
    assert client.get(f"{URL}{bad}/").status_code == 404
    assert client.delete(f"{URL}{bad}/").status_code == 404


def test_twenty_keys_at_most(api_as: As) -> None:
    user = UserFactory()
    ApiKeyFactory.create_batch(20, user=user)
    answer = api_as(user).post(URL, {"name": "one more", "scopes": ["events:read"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "TOO_MANY_API_KEYS")
    assert ApiKey.objects.count() == 20


def test_keys_need_a_sign_in(api: APIClient) -> None:
    assert api.get(URL).status_code == 401
    assert api.post(URL, {}).status_code == 401
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_two_queries(api_as: As, django_assert_num_queries: Any, rows: int) -> None:
    user = UserFactory()
    ApiKeyFactory.create_batch(rows, user=user)
    with django_assert_num_queries(2):
        assert len(api_as(user).get(URL).json()["results"]) == rows


def test_a_key_takes_one_query_and_notes_its_use_seldom(django_assert_num_queries: Any) -> None:
    ApiKeyFactory(secret="lyc_q", scopes=["profile:read"], last_used_at=clock.real_now())
    client = with_key("lyc_q")
    with django_assert_num_queries(1):
        client.get("/api/v1/auth/manifest/")
    with time_machine.travel(clock.real_now() + timedelta(minutes=6)), django_assert_num_queries(2):
        client.get("/api/v1/auth/manifest/")


def test_deleting_the_person_ends_the_key() -> None:
    key = ApiKeyFactory(secret="lyc_d", scopes=["profile:read"])
    User.objects.filter(pk=key.user_id).update(deleted_at=clock.real_now(), is_active=False)
    assert with_key("lyc_d").get("/api/v1/auth/me/").status_code == 401
