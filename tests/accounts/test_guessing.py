"""The limits on guessing passwords."""

from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login/"


@pytest.fixture(autouse=True)
def _as_shipped(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}


def attempt(api: APIClient, email: str, password: str = "wrong-password-1", address: str = "192.0.2.1") -> Any:
    return api.post(LOGIN, {"email": email, "password": password}, REMOTE_ADDR=address)


def test_five_failures_lock_the_pair(api: APIClient) -> None:  # C03 E33
    user = UserFactory()
    assert [attempt(api, user.email).status_code for _ in range(6)] == [401] * 5 + [429]
    locked = attempt(api, user.email.upper(), PASSWORD)
    assert locked.status_code == 429
    error = locked.json()["error"]
    assert error["code"] == "RATE_LIMIT_EXCEEDED"
    assert 3590 <= error["details"]["retry_after"] <= 3600
    assert locked["Retry-After"] == str(error["details"]["retry_after"])


def test_the_lock_is_for_that_pair_only(api: APIClient) -> None:
    user, other = UserFactory(), UserFactory()
    for _ in range(6):
        attempt(api, user.email)
    assert attempt(api, other.email, PASSWORD).status_code == 200
    assert attempt(api, user.email, PASSWORD, "192.0.2.2").status_code == 200


def test_unknown_addresses_are_locked_alike(api: APIClient) -> None:  # A36
    assert [attempt(api, "nobody@example.org").status_code for _ in range(6)] == [401] * 5 + [429]


def test_success_clears_the_pair(api: APIClient) -> None:
    user = UserFactory()
    for _ in range(3):
        assert [attempt(api, user.email).status_code for _ in range(4)] == [401] * 4
        assert attempt(api, user.email, PASSWORD).status_code == 200


def test_fifty_failures_lock_the_address(api: APIClient) -> None:
    user = UserFactory()
    for number in range(50):
        assert attempt(api, f"nobody{number}@example.org").status_code == 401
    assert attempt(api, user.email, PASSWORD).status_code == 429
    assert attempt(api, user.email, PASSWORD, "192.0.2.2").status_code == 200


def test_successes_and_locked_attempts_do_not_fill_the_address(api: APIClient) -> None:
    user, other = UserFactory(), UserFactory()
    for _ in range(60):
        assert attempt(api, user.email, PASSWORD).status_code == 200
    for _ in range(60):
        attempt(api, other.email)
    assert attempt(api, user.email, PASSWORD).status_code == 200


def test_sign_in_has_buckets_of_its_own(api: APIClient, settings: Any) -> None:  # C03
    settings.THROTTLES = settings.THROTTLES | {"anon": "7/hour"}
    user = UserFactory()
    for _ in range(6):
        attempt(api, user.email)
    # Six failures filled the pair; the anonymous bucket has room for one more.
    assert api.post("/api/v1/auth/password-reset/", {"email": "a@b.co"}, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_an_address_full_of_guests_still_signs_in(api: APIClient, settings: Any) -> None:  # C03
    settings.THROTTLES = settings.THROTTLES | {"anon": "2/hour"}
    user = UserFactory()
    made = [api.post("/api/v1/auth/register/", {}, REMOTE_ADDR="192.0.2.1").status_code for _ in range(3)]
    assert made == [400, 400, 429]
    signed_in = attempt(api, user.email, PASSWORD)
    assert signed_in.status_code == 200
    for _ in range(3):
        refresh = signed_in.json().get("refresh_token") or signed_in.json()["refresh"]
        signed_in = api.post("/api/v1/auth/refresh/", {"refresh": refresh}, REMOTE_ADDR="192.0.2.1")
        assert signed_in.status_code == 200


def test_a_made_up_forwarded_address_changes_nothing(api: APIClient) -> None:  # C04
    user = UserFactory()
    for number in range(6):
        answer = api.post(
            LOGIN,
            {"email": user.email, "password": "wrong-password-1"},
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )
    assert answer.status_code == 429


def test_behind_our_proxy_the_real_address_counts(api: APIClient, settings: Any) -> None:  # C04
    settings.TRUSTED_PROXIES = 1
    user = UserFactory()

    def through(client: str) -> int:
        forwarded = f"198.51.100.9, {client}"
        body = {"email": user.email, "password": "wrong-password-1"}
        return api.post(LOGIN, body, HTTP_X_FORWARDED_FOR=forwarded).status_code

    assert [through("203.0.113.1") for _ in range(6)] == [401] * 5 + [429]
    assert through("203.0.113.2") == 401


def test_an_ipv6_home_is_one_address(api: APIClient) -> None:
    user = UserFactory()
    answers = [attempt(api, user.email, address=f"2001:db8::{number}").status_code for number in range(1, 7)]
    assert answers == [401] * 5 + [429]
    assert attempt(api, user.email, PASSWORD, address="2001:db8:0:1::1").status_code == 200


def test_an_ipv4_address_in_ipv6_clothes_is_that_ipv4_address(api: APIClient) -> None:
    user = UserFactory()
    places = ["192.0.2.1", "::ffff:192.0.2.1"] * 3
    assert [attempt(api, user.email, address=place).status_code for place in places] == [401] * 5 + [429]


def test_off_lifts_the_lock(api: APIClient, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "off"}
    user = UserFactory()
    assert [attempt(api, user.email).status_code for _ in range(8)] == [401] * 8
    assert attempt(api, user.email, PASSWORD).status_code == 200


@pytest.mark.parametrize("path", ["password-reset", "resend-verification"])
def test_asking_for_mail_is_limited_alike(api: APIClient, path: str) -> None:  # A36
    user = UserFactory()
    for email in (user.email, "nobody@example.org"):
        answers = [api.post(f"/api/v1/auth/{path}/", {"email": email}).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]


def test_learning_which_addresses_are_taken_is_limited(api: APIClient) -> None:
    for number in range(50):
        email = UserFactory().email
        body = {"email": email, "password": PASSWORD, "first_name": "A", "last_name": str(number)}
        assert api.post("/api/v1/auth/register/", body).status_code == 409
    body = {"email": "new@example.org", "password": PASSWORD, "first_name": "A", "last_name": "B"}
    assert api.post("/api/v1/auth/register/", body).status_code == 429


def test_the_old_password_can_not_be_guessed(api_as: Any) -> None:
    client = api_as(UserFactory())
    body = {"old_password": "wrong-password-1", "new_password": "another-long-passphrase"}
    answers = [client.put("/api/v1/users/change-password/", body).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_no_address_is_kept_in_the_cache(api: APIClient) -> None:
    attempt(api, "nobody@example.org")
    keys = " ".join(cache._cache)  # type: ignore[attr-defined]
    assert "nobody" not in keys
    assert "192.0.2.1" not in keys
