"""Every field of every account route with what no form would send: a refusal or an answer, never a fault."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer
from rest_framework.test import APIClient

from lyceum.accounts.api import inputs
from lyceum.accounts.models import UserSession
from lyceum.accounts.security.devices import read_device
from tests.factories.accounts import PASSWORD, OrganizerFactory, UserFactory

pytestmark = pytest.mark.django_db
INPUTS: dict[tuple[str, str], type[BaseSerializer[Any]]] = {
    ("post", "auth/register/"): inputs.NewAccountInput,
    ("post", "auth/login/"): inputs.LoginInput,
    ("post", "auth/refresh/"): inputs.RefreshInput,
    ("post", "auth/logout/"): inputs.LogoutInput,
    ("post", "auth/verify-email/"): inputs.MailedTokenInput,
    ("post", "auth/resend-verification/"): inputs.EmailInput,
    ("post", "auth/password-reset/"): inputs.EmailInput,
    ("post", "auth/password-reset/confirm/"): inputs.ResetInput,
    ("post", "auth/password-change/"): inputs.PasswordChangeInput,
    ("put", "users/change-password/"): inputs.ChangePasswordInput,
    ("patch", "users/me/"): inputs.ProfileInput,
    ("put", "users/profile/"): inputs.ProfilePutInput,
    ("patch", "users/me/notifications/"): inputs.NotificationsInput,
    ("patch", "users/me/organizer-profile/"): inputs.OrganizerProfileInput,
    ("post", "users/me/upgrade/"): inputs.UpgradeInput,
    ("post", "users/me/downgrade/"): inputs.DowngradeInput,
    ("post", "users/me/api-keys/"): inputs.ApiKeyInput,
    ("post", "users/me/delete-account/"): inputs.DeleteAccountInput,
}
HOSTILE = {
    "nul": "a\x00b",
    "megabyte": "x" * 1_000_000,
    "emoji": "\U0001f469\u200d\U0001f680",
    "right to left": "\u202egpj.exe\u200f",
    "formula": "=cmd|' /C calc'!A0",
    "markup": "<script>alert(1)</script>",
    "number": 10**30,
    "float": 1e308,
    "list": [[]],
    "object": {"a": {"b": []}},
    "null": None,
    "true": True,
}
FILLED = {
    "email": "new@example.org",
    "password": PASSWORD,
    "old_password": PASSWORD,
    "current_password": PASSWORD,
    "new_password": "another-long-passphrase",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "token": "x",
    "refresh": "x",
    "name": "Sync",
    "scopes": ["events:read"],
}


def fields() -> Iterator[tuple[str, str, str]]:
    for (method, path), kind in INPUTS.items():
        for name in kind().fields:  # type: ignore[attr-defined]
            yield method, path, name


@pytest.mark.parametrize(("method", "path", "name"), list(fields()))
def test_no_field_breaks(api_as: Callable[[Any], APIClient], method: str, path: str, name: str) -> None:
    user = OrganizerFactory()
    client = api_as(user)
    kind = INPUTS[method, path]
    required = {key: FILLED[key] for key in kind().fields if key in FILLED}  # type: ignore[attr-defined]
    for title, value in HOSTILE.items():
        answer = getattr(client, method)(f"/api/v1/{path}", required | {name: value})
        assert answer.status_code < 500, title
        if title in {"nul", "megabyte"}:
            assert answer.status_code in {400, 401, 422}, (title, answer.content[:300])
    user.refresh_from_db()
    assert user.deleted_at is None or name in {"confirm", "reason"}


@pytest.mark.parametrize("agent", ["", "\x00", "é" * 5000, "\U0001f469", "Mozilla/5.0 (" + "(" * 10_000])
def test_no_device_name_breaks_signing_in(api: APIClient, agent: str) -> None:
    user = UserFactory()
    body = {"email": user.email, "password": PASSWORD}
    assert api.post("/api/v1/auth/login/", body, HTTP_USER_AGENT=agent).status_code == 200
    assert len(UserSession.objects.get().user_agent) <= 400


@pytest.mark.parametrize("address", ["", "unknown", "fe80::1%eth0", "999.1.1.1", "x" * 1000, "::ffff:192.0.2.1"])
def test_no_address_breaks_signing_in(api: APIClient, settings: Any, address: str) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}
    user = UserFactory()
    body = {"email": user.email, "password": PASSWORD}
    assert api.post("/api/v1/auth/login/", body, REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            ("desktop", "Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1",
            ("mobile", "Safari", "iOS"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            ("mobile", "Chrome", "Android"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Tab) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            ("tablet", "Chrome", "Android"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            ("desktop", "Firefox", "macOS"),
        ),
        ("python-httpx/0.28", ("other", "Python", "")),
        ("", ("other", "", "")),
    ],
)
def test_devices_are_recognised(agent: str, expected: tuple[str, str, str]) -> None:
    device = read_device(agent)
    assert (device.device_type, device.browser, device.os) == expected
