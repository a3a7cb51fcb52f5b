"""Visitors of the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD


@pytest.fixture
def sign_in() -> Callable[[Any], Client]:
    """Give a browser in which this person has signed in through the page."""

    def enter(user: Any) -> Client:
        browser = Client()
        answer = browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    return enter
