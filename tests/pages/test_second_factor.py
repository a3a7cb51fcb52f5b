"""Two-factor sign-in in a browser: set up, second page of the sign-in, recovery codes, turned off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from lyceum.accounts.models import SecondFactor, User, UserSession
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.core import clock
from tests.factories.accounts import PASSWORD, SecondFactorFactory, UserFactory, app_code
from tests.mailbox import secret_link

pytestmark = pytest.mark.django_db
STATE, CONFIRM = "/account/second-factor/", "/account/second-factor/confirm/"
CODE = re.compile(r'<span class="code">([0-9a-z-]{19})</span>')
SignIn = Callable[[Any], Client]


def with_password(user: User, path: str = "/sign-in/") -> Client:
    """A browser that has passed the first page."""
    browser = Client()
    answer = browser.post(path, {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/code/")
    return browser


def test_a_person_sets_it_up_and_signs_in_with_it(sign_in: SignIn) -> None:
    user = UserFactory()
    here, there = sign_in(user), sign_in(user)
    assert STATE in here.get("/account/").text
    assert "Set it up" in here.get(STATE).text
    assert here.post(STATE, {"password": PASSWORD})["Location"] == CONFIRM

    page = here.get(CONFIRM)
    secret = SecondFactor.objects.get().read_secret()
    key = re.search(r'<strong class="code">([A-Z2-7 ]+)</strong>', page.text)
    assert key
    assert key[1].replace(" ", "") == secret
    assert 'src="data:image/svg+xml' in page.text
    assert page["Cache-Control"] == "no-store, private"
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "style=" not in page.text
    assert here.post(CONFIRM, {"code": "000000"}).status_code == 422

    done = here.post(CONFIRM, {"code": app_code(secret, steps=-1)})
    codes = CODE.findall(done.text)
    assert len(set(codes)) == 10
    assert done["Cache-Control"] == "no-store, private"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert "10 unused recovery codes" in here.get(STATE).text
    assert not CODE.findall(here.get(STATE).text)

    browser = with_password(user, "/sign-in/?next=/verify/")
    assert browser.get("/account/").status_code == 302
    answer = browser.post("/sign-in/code/?next=/verify/", {"code": app_code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/verify/")
    assert user.email in browser.get("/account/").text
    assert UserSession.objects.filter(kind="web", with_second_factor=True).count() == 2

    assert with_password(user).post("/sign-in/code/?recovery", {"code": codes[0]}).status_code == 302
    assert "9 unused recovery codes" in here.get(STATE).text


def test_it_is_turned_off_and_codes_are_made_anew_with_the_password(sign_in: SignIn) -> None:
    user = UserFactory()
    browser = sign_in(user)
    SecondFactorFactory(user=user)
    new = browser.post("/account/second-factor/codes/", {"password": PASSWORD})
    assert len(CODE.findall(new.text)) == 10
    for path in ("/account/second-factor/codes/", "/account/second-factor/turn-off/"):
        assert browser.get(path).status_code == 200
        assert browser.post(path, {"password": "wrong"}).status_code == 422
    assert SecondFactor.objects.exists()
    off = browser.post("/account/second-factor/turn-off/", {"password": PASSWORD}, follow=True)
    assert "Two-factor sign-in is off." in off.text
    assert not SecondFactor.objects.exists()
    for path in ("/account/second-factor/codes/", "/account/second-factor/turn-off/"):
        assert browser.post(path, {"password": PASSWORD})["Location"] == STATE
    assert browser.get(CONFIRM)["Location"] == STATE


def test_nothing_is_open_between_the_two_pages() -> None:
    browser = with_password(SecondFactorFactory().user)
    assert not UserSession.objects.exists()
    assert "sessionid" not in browser.cookies
    cookie = browser.cookies["sign_in_step"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/sign-in/",
        300,
    )
    assert browser.get("/account/").status_code == 302
    assert "Use a recovery code instead" in browser.get("/sign-in/code/").text
    assert 'autocomplete="one-time-code"' in browser.get("/sign-in/code/").text
    assert "Recovery code" in browser.get("/sign-in/code/?recovery").text


def test_the_second_page_needs_the_first_in_the_same_browser() -> None:
    factor = SecondFactorFactory()
    with_password(factor.user)
    stranger = Client()
    for answer in (stranger.get("/sign-in/code/"), stranger.post("/sign-in/code/", {"code": app_code()})):
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    stranger.cookies["sign_in_step"] = f"{factor.user.pk}:made-up:signature"
    assert stranger.post("/sign-in/code/", {"code": app_code()})["Location"] == "/sign-in/"
    assert not UserSession.objects.exists()


def test_the_second_page_stays_open_for_five_minutes() -> None:
    browser = with_password(SecondFactorFactory().user)
    with time_machine.travel(clock.real_now() + timedelta(seconds=301)):
        answer = browser.post("/sign-in/code/", {"code": app_code()}, follow=True)
    assert "longer than five minutes" in answer.text
    assert not UserSession.objects.exists()


def test_a_new_password_closes_the_second_page() -> None:
    factor = SecondFactorFactory()
    browser = with_password(factor.user)
    factor.user.set_password("another-long-passphrase")
    factor.user.save()
    answer = browser.post("/sign-in/code/", {"code": app_code()}, follow=True)
    assert "Your password was changed meanwhile" in answer.text
    assert not UserSession.objects.exists()


def test_a_wrong_code_says_so_and_is_counted(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}
    browser = with_password(SecondFactorFactory().user)
    for code in ("000000", "", "111111", "222222", "333333", "444444"):
        answer = browser.post("/sign-in/code/", {"code": code})
        assert answer.status_code == 422
    assert "This code isn&#x27;t right" in answer.text
    assert browser.post("/sign-in/code/", {"code": app_code()}).status_code == 429
    assert not UserSession.objects.exists()


def test_the_second_page_leads_only_to_our_own_pages() -> None:
    browser = with_password(SecondFactorFactory().user)
    answer = browser.post("/sign-in/code/?next=https://evil.example/", {"code": app_code()})
    assert answer["Location"] == "/account/"


def test_a_reset_password_opens_no_session_and_leaves_it_on(drain: Callable[[], Any]) -> None:
    factor = SecondFactorFactory()
    browser = Client()
    browser.post("/forgot-password/", {"email": factor.user.email})
    drain()
    path = secret_link(mail.outbox[-1]).removeprefix("http://testserver")
    assert browser.post(path, {"new_password": "another-long-passphrase"}).status_code == 200
    assert browser.get("/account/").status_code == 302
    assert not UserSession.objects.exists()
    answer = browser.post("/sign-in/", {"email": factor.user.email, "password": "another-long-passphrase"})
    assert answer["Location"] == "/sign-in/code/"


def test_a_recovery_code_signs_in_with_its_own_page_or_the_other() -> None:
    factor = SecondFactorFactory()
    codes = issue_codes(factor)
    assert with_password(factor.user).post("/sign-in/code/", {"code": codes[0].upper()}).status_code == 302
    assert with_password(factor.user).post("/sign-in/code/?recovery", {"code": f" {codes[1]} "}).status_code == 302
    assert with_password(factor.user).post("/sign-in/code/?recovery", {"code": codes[1]}).status_code == 422
