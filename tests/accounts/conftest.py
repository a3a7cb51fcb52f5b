"""Signing in for real, and reading the mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from tests.factories.accounts import PASSWORD

SignIn = Callable[..., APIClient]


@pytest.fixture
def signed_in() -> SignIn:
    """Give a client with a real access token: `signed_in(user)`. Its `.tokens` are the login's answer."""

    def sign_in(user: User, password: str = PASSWORD, **headers: str) -> APIClient:
        client = APIClient()
        answer = client.post("/api/v1/auth/login/", {"email": user.email, "password": password}, **headers)
        assert answer.status_code == 200, answer.content
        client.tokens = answer.json()  # type: ignore[attr-defined]
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
        return client

    return sign_in


@pytest.fixture
def mailed_token(drain: Callable[[], Any]) -> Callable[[], str]:
    """Send what is due and return the secret of the last mail's one link."""

    def read() -> str:
        drain()
        body = str(mail.outbox[-1].body)
        links = re.findall(r"^http://testserver/\S+[?]token=(\S+)$", body, re.MULTILINE)
        assert len(links) == 1, body
        return str(links[0])

    return read
