"""Whoever may type a name somewhere can't make our mails speak for them: each door refuses it, and nothing is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.events.models import EventInvitation
from lyceum.registrations.models import Registration
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.registrations import OpenEventFactory, QuestionFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
HOSTILE = [
    "Win a prize\r\n\r\nhttps://evil.example/?token=abc",
    "Ada\u2028Lovelace",
    "Ada www.evil.example",
    "evil.com",
]


@pytest.fixture(params=HOSTILE, ids=["lines", "separator", "www", "domain"])
def typed(request: Any) -> str:
    return str(request.param)


def nothing_happened(drain: Any) -> None:
    drain()
    assert mail.outbox == []
    assert not Registration.objects.exists()
    assert not EventInvitation.objects.exists()


def test_a_guest_by_the_api(api: APIClient, drain: Any, typed: str) -> None:
    body = {"email": "victim@example.org", "name": typed}
    answer = api.post(f"/api/v1/public/events/{OpenEventFactory().pk}/register/", body)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]) == ["name"]
    nothing_happened(drain)


def test_a_guest_by_the_page(client: Client, drain: Any, typed: str) -> None:
    event = OpenEventFactory()
    answer = client.post(f"/events/{event.slug}/", {"email": "victim@example.org", "full_name": typed})
    assert answer.status_code == 422
    nothing_happened(drain)


@pytest.mark.parametrize("path", ["registrations", "invitations"])
def test_an_organizer_by_the_api(api_as: Any, drain: Any, typed: str, path: str) -> None:
    event = OpenEventFactory()
    bodies = {
        "registrations": {"registrations": [{"email": "victim@example.org", "name": typed}]},
        "invitations": {"people": [{"email": "victim@example.org", "full_name": typed}], "send_immediately": True},
    }
    answer = api_as(event.owner).post(f"/api/v1/events/{event.pk}/{path}/", bodies[path], format="json")
    assert answer.status_code == 422
    nothing_happened(drain)


def test_a_new_account(api: APIClient, client: Client, drain: Any, typed: str) -> None:
    body = {"email": "victim@example.org", "password": PASSWORD, "first_name": typed, "last_name": "x"}
    assert api.post("/api/v1/auth/register/", body).status_code == 422
    assert client.post("/sign-up/", body).status_code in {200, 422}
    assert not User.objects.exists()
    nothing_happened(drain)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_profile(api_as: Any, typed: str, method: str) -> None:
    user = UserFactory()
    body = {"first_name": typed, "last_name": "x"}
    assert getattr(api_as(user), method)("/api/v1/users/profile/", body).status_code == 422
    user.refresh_from_db()
    assert user.first_name == "Ada"


@pytest.mark.parametrize("column", ["title", "location"])
def test_an_events_lines(api_as: Any, column: str) -> None:
    event = OpenEventFactory(status="draft")
    answer = api_as(event.owner).patch(f"/api/v1/events/{event.pk}/", {column: "A\nB"})
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, [column])
    assert api_as(event.owner).patch(f"/api/v1/events/{event.pk}/", {"description": "A\nB"}).status_code == 200


def test_an_answer_on_one_line(api: APIClient) -> None:
    question = QuestionFactory(event=OpenEventFactory())
    body = {"email": "a@example.org", "name": "Ada", "custom_field_responses": {str(question.pk): "a\u2028b"}}
    answer = api.post(f"/api/v1/public/events/{question.event_id}/register/", body, format="json")
    assert answer.status_code == 422
