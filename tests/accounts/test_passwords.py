"""Changing and resetting passwords."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import EmailToken, UserSession
from lyceum.core import clock
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "another-long-passphrase"
SignIn = Callable[..., APIClient]
CHANGES = [
    ("put", "/api/v1/users/change-password/", "old_password"),
    ("post", "/api/v1/auth/password-change/", "current_password"),
]


@pytest.mark.parametrize(("method", "path", "old"), CHANGES)
def test_a_change_ends_every_other_sign_in(
    api: APIClient, signed_in: SignIn, drain: Any, method: str, path: str, old: str
) -> None:  # C06
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    answer = getattr(here, method)(path, {old: PASSWORD, "new_password": NEW})
    assert (answer.status_code, answer.json()) == (200, {"message": "Password changed successfully"})
    assert here.get("/api/v1/auth/me/").status_code == 200
    assert there.get("/api/v1/auth/me/").status_code == 401
    refresh = there.tokens["refresh_token"]  # type: ignore[attr-defined]
    assert api.post("/api/v1/auth/refresh/", {"refresh": refresh}).status_code == 401
    assert UserSession.objects.filter(ended_at__isnull=False).count() == 1
    assert api.post("/api/v1/auth/login/", {"email": user.email, "password": PASSWORD}).status_code == 401
    assert api.post("/api/v1/auth/login/", {"email": user.email, "password": NEW}).status_code == 200
    drain()
    assert mail.outbox[-1].subject == "Your password was changed"


@pytest.mark.parametrize(("method", "path", "old"), CHANGES)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"old": "wrong-password-1"}, "old"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "x\x00" + NEW}, "new_password"),
        ({"new_password": "x" * 1_000_000}, "new_password"),
        ({"new_password_confirm": "something-else-1"}, "new_password_confirm"),
    ],
)
def test_a_refused_change_changes_nothing(
    signed_in: SignIn, method: str, path: str, old: str, change: dict[str, str], field: str
) -> None:
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    body = {old: PASSWORD, "new_password": NEW} | {
        (old if name == "old" else name): text for name, text in change.items()
    }
    answer = getattr(here, method)(path, body)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == [old if field == "old" else field]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert there.get("/api/v1/auth/me/").status_code == 200


@pytest.mark.parametrize(("method", "path", "old"), CHANGES)
def test_a_change_needs_a_sign_in(api: APIClient, method: str, path: str, old: str) -> None:
    assert getattr(api, method)(path, {old: PASSWORD, "new_password": NEW}).status_code == 401


def test_a_reset_ends_every_sign_in(api: APIClient, signed_in: SignIn, mailed_token: Callable[[], str]) -> None:  # C06
    user = UserFactory()
    client = signed_in(user)
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    token = mailed_token()
    answer = api.post("/api/v1/auth/password-reset/confirm/", {"token": token, "new_password": NEW})
    assert answer.status_code == 200
    assert "access" not in answer.json()
    assert client.get("/api/v1/auth/me/").status_code == 401
    assert not UserSession.objects.alive(clock.real_now()).exists()
    assert api.post("/api/v1/auth/login/", {"email": user.email, "password": NEW}).status_code == 200
    again = api.post("/api/v1/auth/password-reset/confirm/", {"token": token, "new_password": "yet-another-phrase"})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "INVALID_TOKEN")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_reset_link_expires_after_an_hour(api: APIClient, mailed_token: Callable[[], str]) -> None:  # H01
    user = UserFactory()
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    token = mailed_token()
    with time_machine.travel(clock.real_now() + timedelta(minutes=61)):
        answer = api.post("/api/v1/auth/password-reset/confirm/", {"token": token, "new_password": NEW})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "TOKEN_EXPIRED")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_one_use_voids_the_other_links(api: APIClient, mailed_token: Callable[[], str]) -> None:  # C06
    user = UserFactory()
    tokens = []
    for _ in range(2):
        api.post("/api/v1/auth/password-reset/", {"email": user.email})
        tokens.append(mailed_token())
    confirm = "/api/v1/auth/password-reset/confirm/"
    assert api.post(confirm, {"token": tokens[0], "new_password": NEW}).status_code == 200
    assert api.post(confirm, {"token": tokens[1], "new_password": PASSWORD}).status_code == 400
    assert not EmailToken.objects.filter(used_at__isnull=True).exists()


def test_a_change_voids_links_asked_for_before(
    api: APIClient, signed_in: SignIn, mailed_token: Callable[[], str]
) -> None:  # C06
    user = UserFactory()
    client = signed_in(user)
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    token = mailed_token()
    client.put("/api/v1/users/change-password/", {"old_password": PASSWORD, "new_password": NEW})
    answer = api.post("/api/v1/auth/password-reset/confirm/", {"token": token, "new_password": "a-thief-s-password"})
    assert answer.status_code == 400


def test_a_weak_password_leaves_the_link_usable(api: APIClient, mailed_token: Callable[[], str]) -> None:
    user = UserFactory()
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    token = mailed_token()
    confirm = "/api/v1/auth/password-reset/confirm/"
    assert api.post(confirm, {"token": token, "new_password": "short"}).status_code == 422
    assert api.post(confirm, {"token": token, "new_password": NEW}).status_code == 200


def test_a_verification_token_resets_nothing(api: APIClient, mailed_token: Callable[[], str]) -> None:
    body = {"email": "a@example.org", "password": PASSWORD, "first_name": "A", "last_name": "B"}
    api.post("/api/v1/auth/register/", body)
    token = mailed_token()
    answer = api.post("/api/v1/auth/password-reset/confirm/", {"token": token, "new_password": NEW})
    assert answer.json()["error"]["code"] == "INVALID_TOKEN"
