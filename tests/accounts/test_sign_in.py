"""Signing in, staying signed in, signing out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth import hashers
from rest_framework.test import APIClient

from lyceum.accounts.errors import AuthenticationFailed
from lyceum.accounts.models import User, UserSession
from lyceum.accounts.services.sessions import open_session
from lyceum.core import clock
from lyceum.core.models import Fact
from tests.factories.accounts import PASSWORD, StaffFactory, UserFactory, UserSessionFactory

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login/"
REFRESH = "/api/v1/auth/refresh/"
SignIn = Callable[..., APIClient]


def test_login_answers_as_the_contract_says(api: APIClient) -> None:
    user = UserFactory(email="ada@example.org", is_instructor=True)
    answer = api.post(LOGIN, {"email": " ADA@example.org", "password": PASSWORD}, HTTP_USER_AGENT="curl/8")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access_token", "refresh_token", "user"}
    assert body["user"]["id"] == body["user"]["uuid"] == str(user.pk)
    assert body["user"]["is_instructor"] is True
    session = UserSession.objects.get()
    assert (session.user_id, session.browser, session.ip_address) == (user.pk, "curl", "127.0.0.1")


@pytest.mark.parametrize("path", ["/api/v1/auth/token/", "/api/auth/token/"])
def test_token_aliases(api: APIClient, path: str) -> None:
    user = UserFactory()
    answer = api.post(path, {"email": user.email, "password": PASSWORD})
    assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh"})


@pytest.mark.parametrize("path", [REFRESH, "/api/v1/auth/token/refresh/", "/api/auth/token/refresh/"])
def test_refresh_rotates(api: APIClient, signed_in: SignIn, path: str) -> None:
    tokens = signed_in(UserFactory()).tokens  # type: ignore[attr-defined]
    answer = api.post(path, {"refresh": tokens["refresh_token"]})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert answer.json()["refresh"] != tokens["refresh_token"]
    assert api.post(path, {"refresh": answer.json()["refresh"]}).status_code == 200
    assert UserSession.objects.count() == 1
    assert api.post(path, {"refresh": tokens["refresh_token"]}).status_code == 401


def test_a_replayed_refresh_token_ends_its_sign_in(api: APIClient, signed_in: SignIn) -> None:
    user = UserFactory()
    client, other = signed_in(user), signed_in(user)
    first = client.tokens["refresh_token"]  # type: ignore[attr-defined]
    second = api.post(REFRESH, {"refresh": first}).json()
    replay = api.post(REFRESH, {"refresh": first})
    assert (replay.status_code, replay.json()["error"]["code"]) == (401, "TOKEN_INVALID")
    assert api.post(REFRESH, {"refresh": second["refresh"]}).status_code == 401
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {second['access']}")
    assert api.get("/api/v1/auth/me/").json()["error"]["code"] == "TOKEN_INVALID"
    assert other.get("/api/v1/auth/me/").status_code == 200
    assert Fact.objects.filter(name="accounts.refresh_token_replayed").count() == 1


def test_no_token_is_kept_in_clear(signed_in: SignIn) -> None:  # C05
    tokens = signed_in(UserFactory()).tokens  # type: ignore[attr-defined]
    kept = str(UserSession.objects.values().get())
    assert tokens["refresh_token"] not in kept
    assert tokens["access_token"] not in kept


def test_an_old_access_token_has_expired(signed_in: SignIn) -> None:  # F15
    client = signed_in(UserFactory())
    with time_machine.travel(clock.real_now() + timedelta(minutes=15, seconds=5)):
        answer = client.get("/api/v1/auth/me/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_refresh_token_lives_seven_days(api: APIClient, signed_in: SignIn) -> None:
    refresh = signed_in(UserFactory()).tokens["refresh_token"]  # type: ignore[attr-defined]
    with time_machine.travel(clock.real_now() + timedelta(days=7, seconds=5)):
        answer = api.post(REFRESH, {"refresh": refresh})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer a b", "Bearer x", "Bearer " + "x" * 10_000, "Bearer é", "Bearer eyJhbGciOiJub25lIn0.e30."],
)
def test_broken_headers_are_a_401(api: APIClient, header: str) -> None:
    api.credentials(HTTP_AUTHORIZATION=header)
    answer = api.get("/api/v1/auth/me/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")


def test_a_refresh_token_opens_no_door(api: APIClient, signed_in: SignIn) -> None:
    tokens = signed_in(UserFactory()).tokens  # type: ignore[attr-defined]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['refresh_token']}")
    assert api.get("/api/v1/auth/me/").status_code == 401
    api.credentials()
    assert api.post(REFRESH, {"refresh": tokens["access_token"]}).status_code == 401


@pytest.mark.parametrize("refresh", ["x", "a\x00b", "x" * 1_000_000, "é.é.é", 7, {"a": 1}])
def test_wrong_refresh_tokens_are_refused(api: APIClient, refresh: Any) -> None:
    assert api.post(REFRESH, {"refresh": refresh}).status_code in {401, 422}


def test_old_credentials_do_not_disturb_signing_in(api: APIClient) -> None:
    user = UserFactory()
    api.credentials(HTTP_AUTHORIZATION="Bearer old")
    assert api.post(LOGIN, {"email": user.email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("case", ["wrong password", "unknown", "inactive", "deleted"])
def test_every_failure_reads_the_same(api: APIClient, case: str) -> None:
    user = UserFactory(is_active=case != "inactive")
    if case == "deleted":
        User.objects.filter(pk=user.pk).update(deleted_at=clock.real_now(), is_active=False)
    email = "nobody@example.org" if case == "unknown" else user.email
    answer = api.post(LOGIN, {"email": email, "password": "wrong-password-1" if case == "wrong password" else PASSWORD})
    assert answer.status_code == 401
    assert answer.json() == {
        "error": {
            "code": "AUTHENTICATION_FAILED",
            "message": "The email address and password don't match. Please check both and try again.",
            "status": 401,
            "details": {},
        }
    }
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_known_and_unknown_cost_one_hash_and_one_query(
    api: APIClient, django_assert_num_queries: Any, known: bool
) -> None:  # C08
    UserFactory(email="known@example.org")
    hasher = hashers.get_hasher()
    with (
        patch.object(type(hasher), "encode", autospec=True, side_effect=type(hasher).encode) as encode,
        django_assert_num_queries(1),
    ):
        email = "known@example.org" if known else "unknown@example.org"
        assert api.post(LOGIN, {"email": email, "password": "wrong-password-1"}).status_code == 401
    assert encode.call_count == 1


def test_production_hashes_with_argon2() -> None:
    path = "lyceum.config.settings.base"
    base = __import__(path, fromlist=["PASSWORD_HASHERS"])
    assert base.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert django_settings.AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] == {"min_length": 12}


def test_authentication_takes_one_query(signed_in: SignIn, django_assert_num_queries: Any) -> None:
    client = signed_in(UserFactory())
    with django_assert_num_queries(1):
        assert client.get("/api/v1/auth/manifest/").status_code == 200


def test_logout_of_one_device(signed_in: SignIn) -> None:
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    answer = here.post("/api/v1/auth/logout/", {"refresh": there.tokens["refresh_token"]})  # type: ignore[attr-defined]
    assert (answer.status_code, answer.json()) == (200, {"message": "Successfully logged out"})
    assert there.get("/api/v1/auth/me/").status_code == 401
    assert here.get("/api/v1/auth/me/").status_code == 200
    refresh = there.tokens["refresh_token"]  # type: ignore[attr-defined]
    assert there.post(REFRESH, {"refresh": refresh}).status_code == 401
    assert UserSession.objects.filter(ended_at__isnull=False).count() == 1


@pytest.mark.parametrize("body", [None, {}])
def test_logout_without_a_token_ends_all(api: APIClient, signed_in: SignIn, body: Any) -> None:
    user = UserFactory()
    here, there, stranger = signed_in(user), signed_in(user), signed_in(UserFactory())
    assert here.post("/api/v1/auth/logout/", body).status_code == 200
    assert here.get("/api/v1/auth/me/").status_code == 401
    assert there.get("/api/v1/auth/me/").status_code == 401
    assert api.post(REFRESH, {"refresh": there.tokens["refresh_token"]}).status_code == 401  # type: ignore[attr-defined]
    assert stranger.get("/api/v1/auth/me/").status_code == 200
    assert UserSession.objects.filter(ended_at__isnull=False).count() == 2


def test_nobody_signs_another_out(signed_in: SignIn) -> None:
    here, stranger = signed_in(UserFactory()), signed_in(UserFactory())
    answer = here.post("/api/v1/auth/logout/", {"refresh": stranger.tokens["refresh_token"]})  # type: ignore[attr-defined]
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")
    assert stranger.get("/api/v1/auth/me/").status_code == 200
    assert not UserSession.objects.filter(ended_at__isnull=False).exists()


def test_logout_needs_a_sign_in(api: APIClient) -> None:
    assert api.post("/api/v1/auth/logout/").json()["error"]["code"] == "NOT_AUTHENTICATED"


def test_switching_an_account_off_ends_its_tokens(signed_in: SignIn) -> None:
    user = UserFactory()
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/api/v1/auth/me/").json()["error"]["code"] == "TOKEN_INVALID"
    assert client.post(REFRESH, {"refresh": client.tokens["refresh_token"]}).status_code == 401  # type: ignore[attr-defined]


def test_a_password_that_has_just_changed_opens_nothing() -> None:
    user = UserFactory()
    stale = User.objects.get(pk=user.pk)
    user.set_password("another-long-passphrase")
    user.save()
    with pytest.raises(AuthenticationFailed):
        open_session(user=stale, address="", user_agent="", at=clock.real_now())
    assert not UserSession.objects.exists()


def test_a_password_set_behind_our_back_ends_sign_ins(api: APIClient, signed_in: SignIn) -> None:  # C06
    user = UserFactory()
    client = signed_in(user)
    user.set_password("set-in-the-admin-or-a-shell")
    user.save()
    assert client.get("/api/v1/auth/me/").json()["error"]["code"] == "TOKEN_INVALID"
    assert api.post(REFRESH, {"refresh": client.tokens["refresh_token"]}).status_code == 401  # type: ignore[attr-defined]


def test_ten_devices_at_most(signed_in: SignIn) -> None:
    user = UserFactory()
    clients = [signed_in(user) for _ in range(11)]
    assert clients[0].get("/api/v1/auth/me/").status_code == 401
    assert clients[1].get("/api/v1/auth/me/").status_code == 200
    assert UserSession.objects.alive(clock.real_now()).count() == 10


def test_devices_are_listed_and_ended(signed_in: SignIn) -> None:  # C07
    user = UserFactory()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there = signed_in(user, HTTP_USER_AGENT=firefox), signed_in(user)
    UserSessionFactory()
    rows = here.get("/api/v1/users/me/sessions/").json()
    assert rows["count"] == 2
    mine = next(row for row in rows["results"] if row["is_current"])
    assert (mine["display_device"], mine["device_type"], mine["ip_address"], mine["display_location"]) == (
        "Firefox on Linux", "desktop", "127.0.0.1", "This computer",
    )  # fmt: skip
    other = next(row for row in rows["results"] if not row["is_current"])
    assert here.get(f"/api/v1/users/me/sessions/{other['uuid']}/").json()["id"] == other["uuid"]
    assert here.delete(f"/api/v1/users/me/sessions/{other['uuid']}/").status_code == 204
    assert there.get("/api/v1/auth/me/").status_code == 401
    assert there.post(REFRESH, {"refresh": there.tokens["refresh_token"]}).status_code == 401  # type: ignore[attr-defined]
    assert here.delete(f"/api/v1/users/me/sessions/{other['uuid']}/").status_code == 404
    assert here.get("/api/v1/users/me/sessions/").json()["count"] == 1


def test_anothers_device_is_absent(signed_in: SignIn) -> None:
    theirs = UserSessionFactory()
    for client in (signed_in(UserFactory()), signed_in(StaffFactory())):
        assert client.get(f"/api/v1/users/me/sessions/{theirs.pk}/").status_code == 404
        assert client.delete(f"/api/v1/users/me/sessions/{theirs.pk}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.ended_at is None


@pytest.mark.parametrize("bad", ["x", "1", "0190b5a0-0000-7000-8000-000000000000", "%00", "x" * 500])
def test_wrong_device_ids_are_a_404(signed_in: SignIn, bad: str) -> None:
    client = signed_in(UserFactory())
    assert client.get(f"/api/v1/users/me/sessions/{bad}/").status_code == 404
    assert client.delete(f"/api/v1/users/me/sessions/{bad}/").status_code == 404


def test_terminate_all_keeps_the_one_that_asks(signed_in: SignIn) -> None:  # C07
    user = UserFactory()
    here, there, stranger = signed_in(user), signed_in(user), signed_in(UserFactory())
    answer = here.post("/api/v1/users/me/sessions/terminate-all/")
    assert (answer.status_code, answer.json()["terminated"]) == (200, 1)
    assert here.get("/api/v1/auth/me/").status_code == 200
    assert there.get("/api/v1/auth/me/").status_code == 401
    assert stranger.get("/api/v1/auth/me/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_device_list_takes_three_queries(signed_in: SignIn, django_assert_num_queries: Any, rows: int) -> None:
    user = UserFactory()
    client = signed_in(user)
    UserSessionFactory.create_batch(rows - 1, user=user)
    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/users/me/sessions/").json()["results"]) == rows


def test_use_is_noted_every_five_minutes(signed_in: SignIn, django_assert_num_queries: Any) -> None:
    client = signed_in(UserFactory())
    with time_machine.travel(clock.real_now() + timedelta(minutes=6)):
        with django_assert_num_queries(3):
            client.get("/api/v1/auth/manifest/")
        with django_assert_num_queries(1):
            client.get("/api/v1/auth/manifest/")
        assert UserSession.objects.get().last_activity_at > clock.real_now() - timedelta(seconds=30)
