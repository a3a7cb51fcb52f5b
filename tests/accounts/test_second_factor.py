"""Two-factor sign-in through the API: turning it on, signing in with it, turning it off."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import RecoveryCode, SecondFactor, User, UserSession
from lyceum.accounts.schedule import purge_sign_ins
from lyceum.core import clock
from lyceum.core.models import Fact, IdempotencyKey
from tests.factories.accounts import PASSWORD, ApiKeyFactory, SecondFactorFactory, UserFactory, app_code

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
LOGIN = "/api/v1/auth/login/"
FACTOR = "/api/v1/users/me/second-factor/"
CONFIRM = f"{FACTOR}confirm/"
CODES = f"{FACTOR}recovery-codes/"


def log_in(api: APIClient, user: User, **body: str) -> Any:
    return api.post(LOGIN, {"email": user.email, "password": PASSWORD, **body})


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def enable(client: APIClient) -> tuple[str, list[str]]:
    """Turn it on, and give the app's secret and the recovery codes."""
    secret = client.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    # The code of the step before is right too, and leaves the present one for the next sign-in.
    answer = client.post(CONFIRM, {"code": app_code(secret, steps=-1)})
    assert answer.status_code == 200, answer.content
    return secret, answer.json()["recovery_codes"]


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def told(beginning: str) -> list[str]:
    return list(Fact.objects.filter(name__startswith=beginning).order_by("pk").values_list("name", flat=True))


def test_a_person_turns_it_on_signs_in_with_it_and_turns_it_off(api: APIClient, signed_in: SignIn, drain: Any) -> None:
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    assert here.get(FACTOR).json() == {"enabled": False, "enabled_at": None, "recovery_codes_left": 0}

    started = here.post(FACTOR, {"password": PASSWORD})
    assert started.status_code == 201
    secret = started.json()["secret"]
    assert started.json()["otpauth_uri"].startswith("otpauth://totp/Lyceum:person")
    assert f"secret={secret}" in started.json()["otpauth_uri"]
    assert started.json()["qr_code"].startswith("data:image/svg+xml")
    assert log_in(api, user).status_code == 200

    confirmed = here.post(CONFIRM, {"code": app_code(secret, steps=-1)})
    codes = confirmed.json()["recovery_codes"]
    assert confirmed.status_code == 200
    assert len(set(codes)) == 10
    assert here.get(FACTOR).json()["recovery_codes_left"] == 10
    assert here.get("/api/v1/auth/me/").json()["second_factor_enabled"] is True
    assert there.get("/api/v1/auth/me/").status_code == 401
    assert set(UserSession.objects.exclude(end_reason="").values_list("end_reason", flat=True)) == {"two_factor"}

    assert code_of(log_in(api, user)) == (401, "SECOND_FACTOR_REQUIRED")
    assert code_of(log_in(api, user, code="000000")) == (401, "SECOND_FACTOR_INVALID")
    assert UserSession.objects.alive(clock.real_now()).count() == 1
    by_app = log_in(api, user, code=app_code(secret))
    assert by_app.status_code == 200
    session = UserSession.objects.get(pk=UserSession.objects.order_by("-created_at").values("pk")[:1])
    assert session.with_second_factor is True
    spaced = codes[0].upper().replace("-", " ")
    assert (
        api.post("/api/v1/auth/token/", {"email": user.email, "password": PASSWORD, "code": spaced}).status_code == 200
    )
    assert code_of(log_in(api, user, code=codes[0])) == (401, "SECOND_FACTOR_INVALID")
    alias = {"email": user.email, "password": PASSWORD, "code": codes[1]}
    assert api.post("/api/auth/token/", alias).status_code == 200

    assert here.delete(FACTOR, {"password": PASSWORD}).status_code == 204
    assert log_in(api, user).status_code == 200
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not UserSession.objects.filter(with_second_factor=True).exists()
    drain()
    assert subjects() == [
        "Two-factor sign-in is on",
        "A recovery code was used",
        "A recovery code was used",
        "Two-factor sign-in is off",
    ]
    assert "You have 9 left." in str(mail.outbox[1].body)
    assert "If this wasn't you" in str(mail.outbox[1].body)
    assert told("accounts.second_factor") == ["accounts.second_factor_enabled", "accounts.second_factor_disabled"]
    assert told("accounts.recovery") == ["accounts.recovery_code_used"] * 2


def test_an_unconfirmed_set_up_stands_in_nobodys_way(api: APIClient, signed_in: SignIn) -> None:
    user = UserFactory()
    client = signed_in(user)
    first = client.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    second = client.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    assert first != second
    assert client.post(CONFIRM, {"code": app_code(first)}).status_code == 422
    assert client.get(FACTOR).json()["enabled"] is False
    assert log_in(api, user).status_code == 200
    assert log_in(api, user, code="123456").status_code == 200
    assert not RecoveryCode.objects.exists()


def test_a_set_up_waits_a_quarter_of_an_hour(signed_in: SignIn) -> None:
    user = UserFactory()
    client = signed_in(user)
    secret = client.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    SecondFactor.objects.update(started_at=clock.real_now() - timedelta(minutes=15))
    assert code_of(client.post(CONFIRM, {"code": app_code(secret)})) == (409, "SECOND_FACTOR_NOT_STARTED")
    kept = SecondFactorFactory()
    purge_sign_ins(clock.now())
    assert list(SecondFactor.objects.all()) == [kept]


@pytest.mark.parametrize(("method", "path"), [("post", FACTOR), ("delete", FACTOR), ("post", CODES)])
def test_every_change_wants_the_password(signed_in: SignIn, method: str, path: str, settings: Any) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    user = UserFactory()
    client = signed_in(user)
    if path == CODES or method == "delete":
        enable(client)
    UserSession.objects.update(authenticated_at=clock.real_now() - timedelta(minutes=15))
    before = list(SecondFactor.objects.values()), list(RecoveryCode.objects.values())
    assert getattr(client, method)(path, {"password": "wrong-password-1"}).status_code == 422
    assert code_of(getattr(client, method)(path, {})) == (403, "REAUTHENTICATION_REQUIRED")
    assert (list(SecondFactor.objects.values()), list(RecoveryCode.objects.values())) == before


def test_no_api_key_opens_it(api: APIClient) -> None:
    key = ApiKeyFactory(scopes=["profile:read", "profile:write"], secret="lyc_key_of_scopes")
    api.credentials(HTTP_AUTHORIZATION="Api-Key lyc_key_of_scopes")
    assert api.get("/api/v1/auth/me/").status_code == 200
    for method, path in [("get", FACTOR), ("post", FACTOR), ("delete", FACTOR), ("post", CONFIRM), ("post", CODES)]:
        assert getattr(api, method)(path, {"password": PASSWORD, "code": "1"}).status_code == 403
    assert not SecondFactor.objects.filter(user=key.user).exists()


def test_what_is_shown_once_is_never_stored(signed_in: SignIn) -> None:
    client = signed_in(UserFactory())
    secret = client.post(FACTOR, {"password": PASSWORD}, headers={"Idempotency-Key": "a"}).json()["secret"]
    body = {"code": app_code(secret)}
    answer = client.post(CONFIRM, body, headers={"Idempotency-Key": "b"})
    codes = answer.json()["recovery_codes"]
    client.post(CODES, {"password": PASSWORD}, headers={"Idempotency-Key": "c"})
    assert not IdempotencyKey.objects.exists()
    assert answer["Cache-Control"] == "no-store"
    stored = f"{list(SecondFactor.objects.values())}{list(RecoveryCode.objects.values())}{list(Fact.objects.values())}"
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_new_codes_make_the_old_ones_void(api: APIClient, signed_in: SignIn, drain: Any) -> None:
    user = UserFactory()
    client = signed_in(user)
    _, old = enable(client)
    answer = client.post(CODES, {"password": PASSWORD})
    assert answer.status_code == 201
    new = answer.json()["recovery_codes"]
    assert len(set(new) | set(old)) == 20
    assert code_of(log_in(api, user, code=old[0])) == (401, "SECOND_FACTOR_INVALID")
    assert log_in(api, user, code=new[0]).status_code == 200
    drain()
    assert "You have new recovery codes" in subjects()


def test_it_is_turned_on_once_and_off_once(signed_in: SignIn) -> None:
    client = signed_in(UserFactory())
    assert code_of(client.delete(FACTOR, {"password": PASSWORD})) == (409, "SECOND_FACTOR_NOT_ACTIVE")
    assert code_of(client.post(CODES, {"password": PASSWORD})) == (409, "SECOND_FACTOR_NOT_ACTIVE")
    secret, _ = enable(client)
    assert code_of(client.post(FACTOR, {"password": PASSWORD})) == (409, "SECOND_FACTOR_ACTIVE")
    assert code_of(client.post(CONFIRM, {"code": app_code(secret)})) == (409, "SECOND_FACTOR_NOT_STARTED")


def test_a_recovery_code_of_another_opens_nothing(api: APIClient, signed_in: SignIn) -> None:
    user, other = UserFactory(), UserFactory()
    enable(signed_in(user))
    _, codes = enable(signed_in(other))
    assert code_of(log_in(api, user, code=codes[0])) == (401, "SECOND_FACTOR_INVALID")
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 0


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_telephones_clock_may_be_half_a_minute_off(api: APIClient, steps: int, status: int) -> None:
    factor = SecondFactorFactory()
    with time_machine.travel(clock.real_now(), tick=False):
        assert log_in(api, factor.user, code=app_code(steps=steps)).status_code == status


def test_a_code_works_once_and_older_ones_no_more(api: APIClient) -> None:
    factor = SecondFactorFactory()
    with time_machine.travel(clock.real_now(), tick=False) as clock_of_test:
        assert log_in(api, factor.user, code=app_code()).status_code == 200
        assert code_of(log_in(api, factor.user, code=app_code())) == (401, "SECOND_FACTOR_INVALID")
        assert code_of(log_in(api, factor.user, code=app_code(steps=-1))) == (401, "SECOND_FACTOR_INVALID")
        clock_of_test.shift(30)
        assert log_in(api, factor.user, code=app_code()).status_code == 200


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "𝟙𝟚𝟛𝟜𝟝𝟞", "١٢٣٤٥٦", "-------", "0" * 16, "é" * 16])
def test_a_strange_code_is_simply_wrong(api: APIClient, code: str) -> None:
    assert log_in(api, SecondFactorFactory().user, code=code).status_code == 401


def test_whether_there_is_a_second_factor_is_said_after_the_password_only(api: APIClient) -> None:
    factor = SecondFactorFactory()
    for email in (factor.user.email, UserFactory().email, "nobody@example.org"):
        for extra in ({}, {"code": app_code()}):
            answer = api.post(LOGIN, {"email": email, "password": "wrong-password-1", **extra})
            assert code_of(answer) == (401, "AUTHENTICATION_FAILED")


def test_a_reset_password_leaves_it_on_and_opens_no_session(api: APIClient, mailed_token: Any) -> None:
    factor = SecondFactorFactory()
    api.post("/api/v1/auth/password-reset/", {"email": factor.user.email})
    body = {"token": mailed_token(), "new_password": "another-long-passphrase"}
    assert api.post("/api/v1/auth/password-reset/confirm/", body).status_code == 200
    assert not UserSession.objects.exists()
    sign_in = {"email": factor.user.email, "password": "another-long-passphrase"}
    assert code_of(api.post(LOGIN, sign_in)) == (401, "SECOND_FACTOR_REQUIRED")
    assert api.post(LOGIN, {**sign_in, "code": app_code()}).status_code == 200


def test_with_its_key_gone_a_recovery_code_still_opens(
    api: APIClient, signed_in: SignIn, settings: Any, caplog: Any
) -> None:
    user = UserFactory()
    secret, codes = enable(signed_in(user))
    settings.SECRET_KEY = "another-key-" + "y" * 40
    assert code_of(log_in(api, user, code=app_code(secret))) == (401, "SECOND_FACTOR_INVALID")
    assert "second_factor_unreadable" in caplog.text
    assert secret not in caplog.text
    assert log_in(api, user, code=codes[0]).status_code == 200
