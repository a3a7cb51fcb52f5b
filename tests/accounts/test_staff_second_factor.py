"""With STAFF_SECOND_FACTOR=required: no staff rights, in any way in, without a second factor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import SecondFactor, User, UserSession
from lyceum.accounts.selectors import actor_without_sign_in
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from tests.factories.accounts import (
    PASSWORD,
    ApiKeyFactory,
    OrganizerFactory,
    SecondFactorFactory,
    StaffFactory,
    UserFactory,
    UserSessionFactory,
    app_code,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
USERS = "/api/v1/users/"
SignIn = Callable[..., APIClient]


@pytest.fixture(params=["required", "mistyped"])
def _required(request: pytest.FixtureRequest, settings: Any) -> None:
    """A word that nobody knows is refused at start; where it gets through, it counts as required."""
    settings.STAFF_SECOND_FACTOR = request.param


def browser_of(user: User, code: str = "") -> Client:
    browser = Client()
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    if code:
        assert browser.post("/sign-in/code/", {"code": code}).status_code == 302
    return browser


def superuser() -> User:
    return StaffFactory(is_superuser=True)


def program_of(user: User, code: str = "") -> APIClient:
    client = APIClient()
    body = {"email": user.email, "password": PASSWORD, "code": code}
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.post('/api/v1/auth/login/', body).json()['access_token']}")
    return client


@pytest.mark.usefixtures("_required")
def test_a_password_alone_gives_no_staff_rights_by_the_api() -> None:
    client, other = program_of(superuser()), OrganizerFactory()
    refused = client.get(USERS)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "PERMISSION_DENIED"
    assert "two-factor sign-in" in refused.json()["error"]["message"]
    assert client.get(f"{USERS}{other.pk}/").status_code == 403
    assert client.get("/api/v1/events/").status_code == 403
    assert client.get("/api/v1/auth/manifest/").json()["is_admin"] is False
    assert "checks" not in client.get("/readyz/").json()
    assert client.get("/api/v1/auth/me/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_a_code_gives_them_by_the_api() -> None:
    user = superuser()
    SecondFactorFactory(user=user)
    client = program_of(user, app_code())
    assert client.get(USERS).status_code == 200
    assert client.get("/api/v1/auth/manifest/").json()["is_admin"] is True
    refreshed = UserSession.objects.get(user=user)
    assert refreshed.with_second_factor is True


@pytest.mark.usefixtures("_required")
def test_turning_it_off_takes_them_at_once() -> None:
    user = superuser()
    SecondFactorFactory(user=user)
    client, browser = program_of(user, app_code(steps=-1)), browser_of(user, app_code())
    assert (client.get(USERS).status_code, browser.get("/admin/").status_code) == (200, 200)
    assert client.delete("/api/v1/users/me/second-factor/", {"password": PASSWORD}).status_code == 204
    assert (client.get(USERS).status_code, browser.get("/admin/").status_code) == (403, 302)


@pytest.mark.usefixtures("_required")
def test_the_admin_leads_to_the_set_up_and_opens_after_it() -> None:
    user = superuser()
    browser = browser_of(user)
    page = browser.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == "/account/second-factor/"
    assert "Staff rights need two-factor sign-in here." in page.text
    assert browser.get("/admin/accounts/user/").status_code == 302
    assert browser.post("/admin/accounts/user/", {"action": "deactivate"}).status_code == 302
    assert browser.post("/account/second-factor/", {"password": PASSWORD}).status_code == 302
    secret = SecondFactor.objects.get().read_secret()
    assert browser.post("/account/second-factor/confirm/", {"code": app_code(secret)}).status_code == 200
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/accounts/user/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_permissions_of_djangos_own_hold_only_with_it() -> None:
    helper = StaffFactory()
    helper.user_permissions.add(Permission.objects.get(codename="view_user"))
    for user in (helper, superuser()):
        fresh = User.objects.get(pk=user.pk)
        assert not fresh.has_perm("accounts.view_user")
        assert not fresh.has_perms(["accounts.view_user"])
        assert not fresh.has_module_perms("accounts")
        assert not Actor.of(fresh).is_staff
        fresh.came_with_second_factor = True
        assert fresh.has_perm("accounts.view_user")
        assert Actor.of(fresh).is_staff


@pytest.mark.usefixtures("_required")
def test_a_device_of_another_or_an_ended_one_proves_nothing() -> None:
    user = superuser()
    SecondFactorFactory(user=user)
    browser = browser_of(user, app_code())
    mine = UserSession.objects.get(user=user)
    session = browser.session
    for device in (UserSessionFactory(with_second_factor=True), UserSessionFactory(user=user)):
        session["device"] = str(device.pk)
        session.save()
        assert browser.get("/admin/").status_code == 302
    session["device"] = str(mine.pk)
    session.save()
    assert browser.get("/admin/").status_code == 200


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("sign_in", ["force_login", "force_authenticate"])
def test_a_way_in_that_says_nothing_gives_no_rights(sign_in: str) -> None:
    if sign_in == "force_login":
        browser = Client()
        browser.force_login(superuser())
        assert browser.get("/admin/").status_code == 302
    else:
        client = APIClient()
        client.force_authenticate(superuser())
        assert client.get(USERS).status_code == 403


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize(("state", "manages"), [("none", False), ("pending", False), ("active", True)])
def test_a_key_has_staff_rights_only_beside_an_active_second_factor(api: APIClient, state: str, manages: bool) -> None:
    user, other = superuser(), OrganizerFactory()
    if state != "none":
        SecondFactorFactory(user=user, **({"confirmed_at": None} if state == "pending" else {}))
    ApiKeyFactory(user=user, scopes=["events:read", "events:write"], secret="lyc_key_of_staff")
    made = program_of(other).post(
        "/api/v1/events/",
        {"title": "Another's event", "starts_at": "2031-01-01T10:00:00Z", "duration_minutes": 60},
    )
    assert made.status_code == 201, made.content
    api.credentials(HTTP_AUTHORIZATION="Api-Key lyc_key_of_staff")
    assert api.get(f"/api/v1/events/{made.json()['uuid']}/").status_code == (200 if manages else 403)
    assert actor_without_sign_in(User.objects.get(pk=user.pk)).is_staff is manages


def test_while_it_is_optional_a_password_is_enough() -> None:
    user = superuser()
    assert program_of(user).get(USERS).status_code == 200
    assert browser_of(user).get("/admin/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_others_notice_nothing(django_assert_num_queries: Any) -> None:
    client = program_of(OrganizerFactory())
    assert client.get("/api/v1/events/").status_code == 200
    with django_assert_num_queries(1):
        assert client.get("/api/v1/auth/manifest/").status_code == 200


# --- Staff take it off somebody -------------------------------------------------------------------------------------
LIST = "/admin/accounts/user/"


def take_off(browser: Client, person: User, reason: str = "lost_device") -> Any:
    body = {"action": "remove_second_factor", "_selected_action": [str(person.pk)], "reason": reason}
    return browser.post(LIST, body, follow=True)


def helper() -> User:
    user = StaffFactory()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    return user


def test_staff_remove_it_for_somebody_who_lost_it(drain: Any) -> None:
    person = SecondFactorFactory().user
    device = UserSessionFactory(user=person, with_second_factor=True)
    staff = helper()
    page = take_off(browser_of(staff), person)
    assert "the second factor is removed" in page.text
    assert not SecondFactor.objects.exists()
    device.refresh_from_db()
    assert (device.end_reason, device.with_second_factor) == ("two_factor", False)
    fact = Fact.objects.get(name="accounts.second_factor_removed")
    assert (fact.data["reason"], fact.actor_id, fact.about_id) == ("lost_device", staff.pk, person.pk)
    drain()
    (message,) = mail.outbox
    assert person.email in message.to[0]
    assert message.subject == "Your second factor was removed"
    assert "because you have lost your device" in str(message.body)


@pytest.mark.parametrize(("reason", "ended"), [("lost_device", False), ("compromised", True)])
def test_what_somebody_else_may_have_made_ends(reason: str, ended: bool) -> None:
    key = ApiKeyFactory(user=SecondFactorFactory().user)
    assert "is removed" in take_off(browser_of(helper()), key.user, reason).text
    key.refresh_from_db()
    assert (key.revoked_at is not None) is ended


def test_a_reason_is_needed() -> None:
    person = SecondFactorFactory().user
    browser = browser_of(helper())
    assert "Please choose a reason" in take_off(browser, person, "").text
    assert "is removed" not in take_off(browser, person, "made-up").text
    assert SecondFactor.objects.count() == 1
    assert not Fact.objects.filter(name="accounts.second_factor_removed").exists()


@pytest.mark.parametrize(("remover", "removed"), [(helper, False), (superuser, True)])
@pytest.mark.parametrize("owner", [StaffFactory, superuser])
def test_of_staff_only_superusers_remove_it(
    remover: Callable[[], User], removed: bool, owner: Callable[[], User]
) -> None:
    person = owner()
    SecondFactorFactory(user=person)
    take_off(browser_of(remover()), person)
    assert SecondFactor.objects.exists() is not removed


def test_nobody_removes_their_own_that_way_and_others_are_not_staff() -> None:
    boss = superuser()
    browser = browser_of(boss)
    SecondFactorFactory(user=boss)
    take_off(browser, boss)
    assert SecondFactor.objects.filter(user=boss).exists()
    outsider = browser_of(UserFactory())
    assert take_off(outsider, boss).status_code == 403
    watcher = StaffFactory()
    watcher.user_permissions.add(Permission.objects.get(codename="view_user"))
    person = SecondFactorFactory().user
    take_off(browser_of(watcher), person)
    assert SecondFactor.objects.filter(user=person).exists()


def test_the_admin_shows_no_secret() -> None:
    factor = SecondFactorFactory()
    browser = browser_of(superuser())
    assert browser.get("/admin/accounts/secondfactor/").status_code == 200
    page = browser.get(f"/admin/accounts/secondfactor/{factor.pk}/change/")
    assert page.status_code == 200
    assert factor.secret not in page.text
    assert browser.post(f"/admin/accounts/secondfactor/{factor.pk}/delete/", {"post": "yes"}).status_code == 403
