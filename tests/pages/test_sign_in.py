"""Signing in, up and out in a browser; proving an address; choosing a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from lyceum.accounts.models import User, UserSession
from tests.factories.accounts import PASSWORD, UnverifiedUserFactory, UserFactory
from tests.mailbox import secret_link

pytestmark = pytest.mark.django_db
NEW = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.org", "password": "correct horse battery"}


def mailed_path(drain: Callable[[], Any]) -> str:
    drain()
    return secret_link(mail.outbox[-1]).removeprefix("http://testserver")


def test_a_person_signs_in_and_becomes_a_device(client: Client) -> None:
    user = UserFactory()
    answer = client.post("/sign-in/", {"email": user.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert user.email in client.get("/account/").text
    device = UserSession.objects.get()
    assert (device.kind, device.user_id) == ("web", user.pk)
    assert device.web_session_key == client.session.session_key


def test_an_address_full_of_guests_still_signs_in(client: Client, settings: Any) -> None:  # C03
    settings.THROTTLES = settings.THROTTLES | {"anon": "1/hour"}
    assert [client.post("/forgot-password/", {}).status_code for _ in range(2)] == [422, 429]
    user = UserFactory()
    assert client.post("/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_says_so_and_keeps_the_address(client: Client, password: str) -> None:
    user = UserFactory()
    answer = client.post("/sign-in/", {"email": user.email, "password": password})
    assert answer.status_code == 422
    assert f'value="{user.email}"' in answer.text
    assert not UserSession.objects.exists()


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    user = UserFactory()
    known = client.post("/sign-in/", {"email": user.email, "password": "wrong"})
    unknown = client.post("/sign-in/", {"email": "nobody@example.org", "password": "wrong"})
    assert known.status_code == unknown.status_code == 422
    words = "The email address and password don&#x27;t match."
    assert words in known.text
    assert words in unknown.text


def test_guessing_is_stopped(client: Client, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}
    user = UserFactory()
    for _ in range(5):
        assert client.post("/sign-in/", {"email": user.email, "password": "wrong"}).status_code == 422
    answer = client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "You can try again in" in answer.text
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/events/x/", "/events/x/"),
        ("https://evil.example/", "/account/"),
        ("//evil.example/", "/account/"),
        ("/\\evil.example", "/account/"),
        ("javascript:alert(1)", "/account/"),
        ("/a%0d%0aSet-Cookie:x", "/account/"),
    ],
)
def test_signing_in_leads_only_to_our_own_pages(client: Client, wanted: str, led: str) -> None:
    user = UserFactory()
    answer = client.post(f"/sign-in/?next={wanted}", {"email": user.email, "password": PASSWORD})
    assert answer["Location"] == led


def test_signing_out_ends_the_device(sign_in: Callable[[Any], Client]) -> None:
    browser = sign_in(UserFactory())
    assert "Sign out?" in browser.get("/sign-out/").text
    assert UserSession.objects.get().ended_at is None
    assert "You are signed out." in browser.post("/sign-out/", follow=True).text
    assert UserSession.objects.get().end_reason == "signed_out"
    assert browser.get("/account/").status_code == 302


def test_ending_a_device_elsewhere_ends_its_cookie(sign_in: Callable[[Any], Client]) -> None:
    user = UserFactory()
    first, second = sign_in(user), sign_in(user)
    device = UserSession.objects.get(web_session_key=first.session.session_key)
    answer = second.post(f"/account/devices/{device.pk}/sign-out/", follow=True)
    assert "That device is signed out." in answer.text
    assert first.get("/account/").status_code == 302
    assert second.get("/account/").status_code == 200


def test_all_other_devices_can_be_ended(sign_in: Callable[[Any], Client]) -> None:
    user = UserFactory()
    first, second, here = sign_in(user), sign_in(user), sign_in(user)
    assert "2 other devices are signed out." in here.post("/account/devices/sign-out-others/", follow=True).text
    assert [browser.get("/account/").status_code for browser in (first, second, here)] == [302, 302, 200]


def test_another_persons_device_is_not_there(sign_in: Callable[[Any], Client]) -> None:
    stranger, victim = sign_in(UserFactory()), UserFactory()
    sign_in(victim)
    device = UserSession.objects.get(user=victim)
    assert stranger.post(f"/account/devices/{device.pk}/sign-out/").status_code == 404
    assert stranger.post("/account/devices/nonsense/sign-out/").status_code == 404
    assert stranger.get(f"/account/devices/{device.pk}/sign-out/").status_code == 405
    device.refresh_from_db()
    assert device.ended_at is None


def test_a_new_person_makes_an_account_and_proves_the_address(client: Client, drain: Callable[[], Any]) -> None:
    answer = client.post("/sign-up/", NEW, follow=True)
    assert "open the link that we have just mailed you" in answer.text
    assert "isn't verified yet" in answer.text
    path = mailed_path(drain)
    assert path.startswith("/verify-email/?token=")
    page = client.get(path)
    assert "Verify my address" in page.text
    assert not User.objects.get().email_verified
    assert "Your address is verified" in client.post(path).text
    assert User.objects.get().email_verified
    again = client.post(path)
    assert (again.status_code, "was used already" in again.text) == (400, True)


def test_a_taken_address_and_a_weak_password_are_told(client: Client) -> None:
    UserFactory(email="ada@example.org")
    taken = client.post("/sign-up/", NEW)
    assert taken.status_code == 422
    assert "already an account with this address" in taken.text
    weak = client.post("/sign-up/", NEW | {"email": "new@example.org", "password": "short"})
    assert weak.status_code == 422
    assert "at least 12 characters" in weak.text
    assert User.objects.count() == 1


def test_a_new_verification_link_can_be_asked_for(client: Client, drain: Callable[[], Any]) -> None:
    user = UnverifiedUserFactory()
    assert client.get("/verify-email/")["Location"] == "/verify-email/again/"
    known = client.post("/verify-email/again/", {"email": user.email})
    unknown = client.post("/verify-email/again/", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    drain()
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_a_forgotten_password_is_replaced_and_devices_end(
    client: Client, sign_in: Callable[[Any], Client], drain: Callable[[], Any]
) -> None:
    user = UserFactory()
    elsewhere = sign_in(user)
    assert "Please look into your inbox" in client.post("/forgot-password/", {"email": user.email}).text
    path = mailed_path(drain)
    weak = client.post(path, {"new_password": "123"})
    assert weak.status_code == 422
    assert "Your password is changed" in client.post(path, {"new_password": "correct horse battery"}).text
    assert elsewhere.get("/account/").status_code == 302
    assert client.post("/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 422
    assert client.post("/sign-in/", {"email": user.email, "password": "correct horse battery"}).status_code == 302


def test_a_changed_password_keeps_this_browser_and_ends_the_others(sign_in: Callable[[Any], Client]) -> None:
    user = UserFactory()
    here, elsewhere = sign_in(user), sign_in(user)
    wrong = here.post("/account/password/", {"old_password": "wrong", "new_password": "correct horse battery"})
    assert wrong.status_code == 422
    assert "isn&#x27;t your current password" in wrong.text
    data = {"old_password": PASSWORD, "new_password": "correct horse battery"}
    assert "Your password is changed" in here.post("/account/password/", data, follow=True).text
    assert elsewhere.get("/account/").status_code == 302
    device = UserSession.objects.get(ended_at__isnull=True)
    assert device.web_session_key == here.session.session_key


@pytest.mark.parametrize("token", ["nonsense", "", "x" * 5000, "%00", "%F0%9F%8E%93"])
def test_wrong_links_say_what_to_do(client: Client, token: str) -> None:
    for path in ("/verify-email/", "/reset-password/"):
        answer = client.post(f"{path}?token={token}", {"new_password": "correct horse battery"})
        assert answer.status_code == 400
        assert "Send me a new link" in answer.text


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/sign-up/", "/verify-email/?token=x", "/reset-password/?token=x", "/forgot-password/"]
)
def test_pages_with_secrets_stay_private(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "canonical" not in answer.text
