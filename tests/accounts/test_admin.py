"""Staff's view: complete, searchable, and without secrets."""

from typing import Any

import pytest
from django.test import Client

from lyceum.accounts.models import ApiKey, EmailToken, User, UserSession
from lyceum.core import clock
from tests.factories.accounts import ApiKeyFactory, StaffFactory, UserFactory, UserSessionFactory

pytestmark = pytest.mark.django_db
LISTS = ["user", "usersession", "emailtoken", "apikey"]


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    return client


def rows(number: int) -> None:
    for _ in range(number):
        user = UserFactory()
        UserSessionFactory(user=user)
        ApiKeyFactory(user=user, key_hash=f"hash-of-key-{user.pk}")
        EmailToken.objects.create(
            user=user,
            purpose="verify_email",
            token_hash=f"hash-of-token-{user.pk}",
            email=user.email,
            expires_at=clock.real_now(),
        )


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_the_same_queries_whatever_they_hold(
    staff: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    path = f"/admin/accounts/{name}/"
    rows(3)
    with django_assert_max_num_queries(8):
        assert staff.get(path).status_code == 200
    assert staff.get(path, {"q": "example"}).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_no_secret_is_shown(staff: Client, name: str) -> None:
    rows(1)
    model = {"user": User, "usersession": UserSession, "emailtoken": EmailToken, "apikey": ApiKey}[name]
    row = model._default_manager.order_by("created_at").last()
    assert row is not None
    page = staff.get(f"/admin/accounts/{name}/{row.pk}/change/")
    assert page.status_code == 200
    assert b"hash-of-" not in page.content


def test_history_can_not_be_removed(staff: Client) -> None:
    rows(1)
    for row in (UserSession.objects.get(), EmailToken.objects.get(), ApiKey.objects.get()):
        path = f"/admin/accounts/{row._meta.model_name}/{row.pk}"
        assert staff.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
        assert staff.post(f"{path}/change/", {"name": "x"}).status_code == 403
    chosen = User.objects.filter(is_staff=False).get()
    assert staff.post(f"/admin/accounts/user/{chosen.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=chosen.pk).exists()


def test_staff_make_accounts_with_the_same_rules(staff: Client) -> None:
    body = {"email": "New@Example.org", "first_name": "N", "last_name": "P", "usable_password": "true"}
    weak = body | {"password1": "short", "password2": "short"}
    assert staff.post("/admin/accounts/user/add/", weak).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    strong = body | {"password1": "a-long-enough-passphrase", "password2": "a-long-enough-passphrase"}
    assert staff.post("/admin/accounts/user/add/", strong).status_code == 302
    assert User.objects.get(email="new@example.org").full_name == "N P"


def test_switching_off_signs_out(staff: Client) -> None:
    session = UserSessionFactory()
    body = {"action": "deactivate", "_selected_action": [str(session.user_id)]}
    staff.post("/admin/accounts/user/", body)
    session.refresh_from_db()
    assert session.end_reason == "terminated"
    assert not User.objects.get(pk=session.user_id).is_active
    staff.post("/admin/accounts/user/", body | {"action": "activate"})
    assert User.objects.get(pk=session.user_id).is_active


def test_devices_are_ended_by_an_action(staff: Client) -> None:
    session = UserSessionFactory()
    answer = staff.post("/admin/accounts/usersession/", {"action": "end", "_selected_action": [str(session.pk)]})
    assert answer.status_code == 302
    session.refresh_from_db()
    assert session.end_reason == "terminated"
