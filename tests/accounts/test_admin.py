"""Staff's view: complete, searchable, and without secrets."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import call_command
from django.test import Client

from lyceum.accounts.models import ApiKey, EmailToken, User, UserSession
from lyceum.core import clock
from lyceum.integrations.email.models import EmailLog
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


def test_keys_are_revoked_by_an_action(staff: Client) -> None:
    key = ApiKeyFactory()
    staff.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [str(key.pk)]})
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.fixture
def clerk() -> Client:
    """Staff who may change accounts, but are no superuser."""
    user = StaffFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client = Client()
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


def form_of(client: Client, user: User) -> dict[str, Any]:
    """Return what the browser would send back unchanged."""
    form = client.get(f"/admin/accounts/user/{user.pk}/change/").context["adminform"].form
    values = {
        name: form.get_initial_for_field(field, name) for name, field in form.fields.items() if name != "password"
    }
    return {name: value for name, value in values.items() if value not in (None, False, [])}


def test_staff_give_themselves_no_rights(clerk: Client) -> None:  # F05
    user: User = clerk.user  # type: ignore[attr-defined]
    body = form_of(clerk, user) | {"is_superuser": "on", "first_name": "Changed"}
    assert clerk.post(f"/admin/accounts/user/{user.pk}/change/", body).status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser, user.is_staff) == ("Changed", False, True)


def test_staff_touch_no_superuser(clerk: Client) -> None:
    chief = StaffFactory(is_superuser=True)
    password = {"password1": "a-new-long-passphrase", "password2": "a-new-long-passphrase", "usable_password": "true"}
    assert clerk.post(f"/admin/accounts/user/{chief.pk}/password/", password).status_code == 403
    assert clerk.post(f"/admin/accounts/user/{chief.pk}/change/", {"email": "x@y.co"}).status_code == 403
    clerk.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [str(chief.pk)]})
    fresh = User.objects.get(pk=chief.pk)
    assert (fresh.email, fresh.password, fresh.is_active) == (chief.email, chief.password, True)


def test_an_address_typed_by_staff_is_unproven(staff: Client, drain: Any) -> None:
    user = UserFactory(email="before@example.org")
    key, session = ApiKeyFactory(user=user), UserSessionFactory(user=user)
    body = form_of(staff, user) | {"email": "Typed@Example.org", "first_name": "Changed"}
    assert staff.post(f"/admin/accounts/user/{user.pk}/change/", body).status_code == 302
    user.refresh_from_db()
    assert (user.email, user.email_verified, user.first_name) == ("typed@example.org", False, "Changed")
    key.refresh_from_db()
    session.refresh_from_db()
    assert (key.revoked_at is not None, session.end_reason) == (True, "address")
    drain()
    told = {(message.to[0], message.subject) for message in mail.outbox}
    assert told == {
        ("before@example.org", "The address of your account was changed"),
        ("typed@example.org", "Please verify your email address"),
    }


def test_staff_touch_no_other_member_of_staff(clerk: Client) -> None:
    colleague = StaffFactory()
    new = "a-new-long-passphrase"
    password = {"password1": new, "password2": new, "usable_password": "true"}
    assert clerk.post(f"/admin/accounts/user/{colleague.pk}/password/", password).status_code == 403
    assert clerk.post(f"/admin/accounts/user/{colleague.pk}/change/", {"email": "x@y.co"}).status_code == 403
    for action in ("deactivate", "activate", "mail_reset"):
        clerk.post("/admin/accounts/user/", {"action": action, "_selected_action": [str(colleague.pk)]})
    fresh = User.objects.get(pk=colleague.pk)
    assert (fresh.email, fresh.password, fresh.is_active) == (colleague.email, colleague.password, True)
    assert not EmailLog.objects.exists()


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_staff_without_all_rights_change_no_address(clerk: Client, whose: str) -> None:
    user: User = clerk.user if whose == "own" else UserFactory()  # type: ignore[attr-defined]
    body = form_of(clerk, user) | {"email": "taken@example.org", "first_name": "Changed"}
    assert clerk.post(f"/admin/accounts/user/{user.pk}/change/", body).status_code == 302
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.email, fresh.email_verified, fresh.first_name) == (user.email, True, "Changed")
    assert not EmailLog.objects.exists()


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_nobody_chooses_a_password_in_the_admin(staff: Client, whose: str) -> None:
    user = User.objects.get() if whose == "own" else UserFactory()
    new = "a-new-long-passphrase"
    body = {"password1": new, "password2": new, "usable_password": "true"}
    assert staff.post(f"/admin/accounts/user/{user.pk}/password/", body).status_code == 403
    assert "/password/" not in staff.get(f"/admin/accounts/user/{user.pk}/change/").text.replace(
        "/account/password/", ""
    )
    assert staff.post(f"/admin/accounts/user/{user.pk}/change/", form_of(staff, user) | {"password": new}).status_code
    assert User.objects.get(pk=user.pk).password == user.password


def test_staff_have_a_link_mailed_instead(clerk: Client, drain: Any) -> None:
    user = UserFactory(email="lost@example.org")
    clerk.post("/admin/accounts/user/", {"action": "mail_reset", "_selected_action": [str(user.pk)]})
    drain()
    assert [(message.to, message.subject) for message in mail.outbox] == [(["lost@example.org"], "Reset your password")]


def test_the_command_ends_what_the_old_password_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    key, session = ApiKeyFactory(user=user), UserSessionFactory(user=user)
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "a-new-long-passphrase")
    call_command("changepassword", user.email, stdout=StringIO())
    key.refresh_from_db()
    session.refresh_from_db()
    assert (key.revoked_at is not None, session.end_reason) == (True, "password")
    assert User.objects.get(pk=user.pk).check_password("a-new-long-passphrase")
