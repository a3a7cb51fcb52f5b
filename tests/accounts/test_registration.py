"""Making an account, and proving its address."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from rest_framework.test import APIClient

from lyceum.accounts.models import EmailToken, User, UserSession
from lyceum.core import clock
from lyceum.core.models import Fact
from lyceum.core.tokens import digest
from lyceum.integrations.email.models import EmailLog
from tests.factories.accounts import PASSWORD, UnverifiedUserFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/auth/register/"
NEW = {"email": "Ada@Example.org ", "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace"}


def test_register_answers_as_the_contract_says(api: APIClient) -> None:
    answer = api.post(URL, NEW)
    assert answer.status_code == 201
    body = answer.json()
    user = User.objects.get()
    assert set(body) == {
        "id", "uuid", "email", "first_name", "last_name", "is_instructor", "access_token", "refresh_token",
    }  # fmt: skip
    assert body["id"] == body["uuid"] == str(user.pk)
    assert body["email"] == "ada@example.org"
    assert user.check_password(PASSWORD)
    assert user.full_name == "Ada Lovelace"
    assert not user.email_verified
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access_token']}")
    assert api.get("/api/v1/auth/me/").json()["email"] == "ada@example.org"


def test_nobody_gives_themselves_rights(api: APIClient) -> None:  # F05 H01
    rights = {
        "user_type": "admin", "account_type": "organizer", "is_staff": True, "is_superuser": True,
        "is_organizer": True, "is_instructor": True, "is_verified": True, "email_verified_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    refused = api.post(URL, NEW | rights)
    # What the answer shows is ignored; what it doesn't know is refused by name.
    assert (refused.status_code, set(refused.json()["error"]["details"])) == (422, set(rights) - {"is_instructor"})
    assert User.objects.count() == 0
    assert api.post(URL, NEW | {"is_instructor": True}).status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_organizer, user.is_instructor, user.email_verified) == (
        False, False, False, False, False,
    )  # fmt: skip
    assert user.user_type == "attendee"


def test_an_address_is_taken_whatever_its_case(api: APIClient) -> None:  # E02
    UserFactory(email="ada@example.org")
    answer = api.post(URL, NEW | {"email": "ADA@EXAMPLE.ORG"})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "EMAIL_TAKEN"
    assert User.objects.count() == 1
    assert not EmailLog.objects.exists()


@pytest.mark.parametrize("missing", ["email", "password", "first_name", "last_name"])
@pytest.mark.parametrize("value", [None, "", "absent"])
def test_what_is_missing_is_a_400(api: APIClient, missing: str, value: Any) -> None:
    body = NEW | {missing: value}
    if value == "absent":
        del body[missing]
    answer = api.post(URL, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert list(answer.json()["error"]["details"]) == [missing]
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short-1", "password1234", "123456789012345", "ada@example.org"])
def test_weak_passwords_are_refused(api: APIClient, password: str) -> None:  # E50
    answer = api.post(URL, NEW | {"password": password})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == ["password"]
    assert not User.objects.exists()


@pytest.mark.parametrize("field", ["email", "first_name", "last_name", "password"])
@pytest.mark.parametrize("text", ["a\x00b", "x" * 1_000_000, "\ud800"])
def test_hostile_text_is_refused_politely(api: APIClient, field: str, text: str) -> None:
    answer = api.post(URL, NEW | {field: text}) if text != "\ud800" else _raw(api, field)
    assert answer.status_code in {400, 422}
    assert not User.objects.exists()


def _raw(api: APIClient, field: str) -> Any:
    fields = NEW | {field: "LONE"}
    return api.post(URL, json.dumps(fields).replace("LONE", "\\ud800"), content_type="application/json")


def test_names_in_any_script_are_kept(api: APIClient) -> None:
    hebrew, emoji = "\u200f\u05e2\u05d3\u05d4\u200f", "\U0001f469\u200d\U0001f680 Ø"
    assert api.post(URL, NEW | {"first_name": hebrew, "last_name": emoji}).status_code == 201
    assert User.objects.get().full_name == f"{hebrew} {emoji}"


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "{", "\xff"])
def test_a_body_that_is_no_object_is_refused(api: APIClient, body: str) -> None:
    assert api.post(URL, body, content_type="application/json").status_code == 400


def test_the_link_proves_the_address_once(api: APIClient, mailed_token: Callable[[], str]) -> None:  # C05 H01
    api.post(URL, NEW)
    token = mailed_token()
    assert EmailToken.objects.get().token_hash == digest(token)
    answer = api.post("/api/v1/auth/verify-email/", {"token": token})
    assert answer.status_code == 200
    assert answer.json() == {"message": "Your email address is verified.", "email_verified": True}
    user = User.objects.get()
    assert user.email_verified
    assert Fact.objects.filter(name="accounts.email_verified", about_id=user.pk).count() == 1
    again = api.post("/api/v1/auth/verify-email/", {"token": token})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "INVALID_TOKEN")
    assert Fact.objects.filter(name="accounts.email_verified").count() == 1
    assert UserSession.objects.count() == 1


def test_the_link_expires_after_a_day(api: APIClient, mailed_token: Callable[[], str]) -> None:
    api.post(URL, NEW)
    token = mailed_token()
    with time_machine.travel(clock.real_now() + timedelta(hours=24, minutes=1)):
        answer = api.post("/api/v1/auth/verify-email/", {"token": token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "TOKEN_EXPIRED")
    assert not User.objects.get().email_verified


@pytest.mark.parametrize("token", ["wrong", "a\x00b", "x" * 1_000_000, "é", "' or 1=1"])
def test_a_wrong_token_is_refused(api: APIClient, token: str) -> None:
    assert api.post("/api/v1/auth/verify-email/", {"token": token}).status_code in {400, 422}


def test_a_reset_token_does_not_verify(api: APIClient, mailed_token: Callable[[], str]) -> None:
    user = UnverifiedUserFactory()
    api.post("/api/v1/auth/password-reset/", {"email": user.email})
    answer = api.post("/api/v1/auth/verify-email/", {"token": mailed_token()})
    assert answer.json()["error"]["code"] == "INVALID_TOKEN"
    user.refresh_from_db()
    assert not user.email_verified


def test_a_changed_address_makes_old_links_void(api: APIClient, mailed_token: Callable[[], str]) -> None:
    api.post(URL, NEW)
    token = mailed_token()
    User.objects.update(email="other@example.org")
    assert api.post("/api/v1/auth/verify-email/", {"token": token}).json()["error"]["code"] == "INVALID_TOKEN"
    assert not User.objects.get().email_verified


def test_proving_an_address_welcomes(api: APIClient, mailed_token: Callable[[], str], drain: Any) -> None:
    api.post(URL, NEW)
    api.post("/api/v1/auth/verify-email/", {"token": mailed_token()})
    drain()
    assert mail.outbox[-1].subject == "Welcome to Lyceum"


@pytest.mark.parametrize("path", ["resend-verification", "password-reset"])
def test_known_and_unknown_addresses_look_alike(api: APIClient, path: str, drain: Any) -> None:  # A36 C08
    user = UnverifiedUserFactory(email="known@example.org")
    known = api.post(f"/api/v1/auth/{path}/", {"email": " KNOWN@Example.ORG"})
    unknown = api.post(f"/api/v1/auth/{path}/", {"email": "unknown@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 200
    # Nothing is looked up or sent in the request, so it takes the same time.
    assert sorted(EmailLog.objects.values_list("recipient_email", "status")) == [
        ("known@example.org", "pending"),
        ("unknown@example.org", "pending"),
    ]
    drain()
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_both_kinds_of_address_cost_the_same_queries(api: APIClient, django_assert_num_queries: Any) -> None:  # C08
    UnverifiedUserFactory(email="known@example.org")
    for email in ("known@example.org", "unknown@example.org"):
        with django_assert_num_queries(1):
            api.post("/api/v1/auth/password-reset/", {"email": email})


def test_a_verified_account_gets_no_second_link(api: APIClient, drain: Any) -> None:
    user = UserFactory()
    api.post("/api/v1/auth/resend-verification/", {"email": user.email})
    drain()
    assert mail.outbox == []
    assert EmailLog.objects.get().status == "skipped"


def test_nobody_is_flooded_with_links(api: APIClient, drain: Any) -> None:  # A36
    user = UserFactory()
    for _ in range(8):
        api.post("/api/v1/auth/password-reset/", {"email": user.email})
    drain()
    assert len(mail.outbox) == 5


def test_mail_waits_for_the_worker(api: APIClient) -> None:
    api.post(URL, NEW)
    assert mail.outbox == []
    assert EmailLog.objects.get().status == "pending"
    assert not EmailToken.objects.exists()


def test_a_link_in_the_name_is_refused(api: APIClient, drain: Any) -> None:
    answer = api.post(URL, NEW | {"first_name": "http://bad.example/?token=1"})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"first_name": ["Please give a name without web or email addresses."]}
    drain()
    assert mail.outbox == []
    assert not User.objects.exists()
