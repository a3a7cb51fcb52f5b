"""The admin: in the house's colours, behind the house's door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lyceum.accounts.models import UserSession
from tests.factories.accounts import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_its_sign_in_is_ours(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1] == ("/sign-in/?next=%2Fadmin%2F", 302)
    assert client.post("/admin/login/", {"username": "a@example.org", "password": "x"}).status_code == 302


def test_others_are_told_and_see_nothing(sign_in: Callable[[Any], Client]) -> None:
    answer = sign_in(UserFactory()).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "Only the people who run this site" in answer.text


def test_staff_enter_and_leave_by_the_same_door(sign_in: Callable[[Any], Client]) -> None:
    browser = sign_in(StaffFactory(is_superuser=True))
    page = browser.get("/admin/")
    assert page.status_code == 200
    assert "pages/css/admin.css" in page.text
    assert "Lyceum administration" in page.text
    assert browser.post("/admin/logout/", follow=True).status_code == 200
    assert UserSession.objects.get().end_reason == "signed_out"
