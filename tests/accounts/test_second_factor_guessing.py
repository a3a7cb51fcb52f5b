"""How often codes may be tried, by somebody who knows the password and by the owner."""

from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.accounts.rules.recovery_codes import canonical, new_codes
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.core.models import Fact
from tests.factories.accounts import PASSWORD, SecondFactorFactory, app_code

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login/"
WRONG = "000000"


@pytest.fixture(autouse=True)
def _as_shipped(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}


def attempt(
    api: APIClient, user: User, code: str = WRONG, *, password: str = PASSWORD, address: str = "192.0.2.1"
) -> int:
    body = {"email": user.email, "password": password, "code": code}
    return api.post(LOGIN, body, REMOTE_ADDR=address).status_code


def test_five_wrong_codes_lock_the_pair_for_the_right_one_too(api: APIClient) -> None:
    factor = SecondFactorFactory()
    assert [attempt(api, factor.user) for _ in range(6)] == [401] * 5 + [429]
    assert attempt(api, factor.user, app_code()) == 429
    assert attempt(api, factor.user, app_code(), address="192.0.2.2") == 200


def test_a_right_password_clears_nothing_before_the_code_is_right(api: APIClient) -> None:
    factor = SecondFactorFactory()
    for code in ("", WRONG, ""):
        assert attempt(api, factor.user, code, password="wrong-password-1") == 401
        assert attempt(api, factor.user, code) == 401
    assert [attempt(api, factor.user, password="wrong-password-1") for _ in range(3)] == [401, 401, 429]


def test_asking_for_the_code_first_costs_nothing(api: APIClient) -> None:
    factor = SecondFactorFactory()
    assert [attempt(api, factor.user, "") for _ in range(60)] == [401] * 60
    assert attempt(api, factor.user, app_code()) == 200


def test_a_right_code_clears_both_pairs(api: APIClient) -> None:
    factor = SecondFactorFactory()
    for steps in (-1, 0, 1):
        for _ in range(2):
            assert attempt(api, factor.user, password="wrong-password-1") == 401
            assert attempt(api, factor.user) == 401
        assert attempt(api, factor.user, app_code(steps=steps)) == 200


def test_an_account_has_twenty_wrong_codes_a_day_from_everywhere(api: APIClient, drain: Any) -> None:
    factor = SecondFactorFactory()
    codes = issue_codes(factor)
    answers = [attempt(api, factor.user, address=f"198.51.100.{number // 4}") for number in range(24)]
    assert answers == [401] * 20 + [429] * 4
    assert attempt(api, factor.user, app_code(), address="203.0.113.1") == 429
    # Whoever owns the account is told once, and gets in all the same.
    drain()
    assert [message.subject for message in mail.outbox] == ["Somebody is trying to sign in to your account"]
    assert Fact.objects.filter(name="accounts.second_factor_guessed").count() == 1
    assert attempt(api, factor.user, codes[0], address="203.0.113.1") == 200


def test_a_new_password_begins_the_days_codes_anew(api: APIClient) -> None:
    factor = SecondFactorFactory()
    for number in range(20):
        attempt(api, factor.user, address=f"198.51.100.{number}")
    assert attempt(api, factor.user, app_code(), address="203.0.113.1") == 429
    factor.user.set_password("another-long-passphrase")
    factor.user.save()
    assert attempt(api, factor.user, app_code(), password="another-long-passphrase", address="203.0.113.1") == 200


def test_only_who_knows_the_password_uses_them_up(api: APIClient) -> None:
    factor = SecondFactorFactory()
    for number in range(40):
        assert attempt(api, factor.user, password="wrong-password-1", address=f"198.51.100.{number}") == 401
    assert attempt(api, factor.user, app_code()) == 200


def test_recovery_codes_are_counted_apart(api: APIClient) -> None:
    factor = SecondFactorFactory()
    codes = issue_codes(factor)
    for _ in range(6):
        attempt(api, factor.user)
    guesses = [attempt(api, factor.user, guess) for guess in new_codes()[:4]]
    assert guesses == [401] * 4
    assert attempt(api, factor.user, codes[0]) == 200
    assert [attempt(api, factor.user, guess) for guess in new_codes()[:6]] == [401] * 5 + [429]


def test_wrong_codes_fill_the_network_too(api: APIClient) -> None:
    factors = [SecondFactorFactory() for _ in range(11)]
    for factor in factors[:10]:
        assert [attempt(api, factor.user) for _ in range(5)] == [401] * 5
    assert attempt(api, factors[10].user, app_code()) == 429


def test_the_first_code_of_a_set_up_can_not_be_guessed(api_as: Any) -> None:
    user = SecondFactorFactory(confirmed_at=None).user
    client = api_as(user)
    client.delete("/api/v1/users/me/second-factor/", {"password": PASSWORD})
    assert client.post("/api/v1/users/me/second-factor/", {"password": PASSWORD}).status_code == 201
    path = "/api/v1/users/me/second-factor/confirm/"
    assert [client.post(path, {"code": WRONG}).status_code for _ in range(6)] == [422] * 5 + [429]


def test_recovery_codes_hold_eighty_bits_and_survive_handwriting() -> None:
    codes = new_codes()
    assert len(codes) == len(set(codes)) == 10
    assert all(len(code) == 19 and code.count("-") == 3 for code in codes)
    assert canonical("OIl0-abcd EFGH-jkmn") == "0110abcdefghjkmn"
