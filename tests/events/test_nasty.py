"""Bodies that nobody should send: none gives a 500, and none is kept half."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.events.conftest import EVENTS
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db

TEXTS = ["\x00", "a\x00b", "\ud800", "😀", "\u202eabc\u200f", "x" * 1_000_000, "=1+1", "", " "]
OTHERS = [None, [], {}, 0, -1, 10**30, 1.5, True, [None], {"a": []}, [[["x"]]]]
BODIES: dict[str, dict[str, Any]] = {
    "sessions/": {
        "title": "x",
        "starts_at": "2040-06-04T12:00:00Z",
        "duration_minutes": 60,
        "description": "x",
        "speaker": "x",
        "room": "x",
        "room_or_link": "x",
        "zoom_meeting_id": "1",
        "zoom_join_url": "https://x.yz/",
        "cpd_credit_value_override": 1,
        "ends_at": "2040-06-04T13:00:00Z",
        "order": 1,
    },
    "custom-fields/": {
        "label": "x",
        "field_type": "select",
        "options": ["A", "B"],
        "placeholder": "x",
        "help_text": "x",
        "default_value": "A",
        "min_value": 1,
        "max_value": 2,
        "order": 1,
    },
    "ticket-types/": {"name": "x", "description": "x", "price": 1, "currency": "USD", "quantity": 1},
    "invitations/": {"emails": ["a@b.cd"], "people": [{"email": "a@b.cd", "full_name": "x"}]},
    "reminders/": {"reminder_type": "custom", "send_hours_before": 1, "session": None},
    "cancel/": {"reason": "x"},
    "duplicate/": {"title": "x", "starts_at": "2041-01-01T00:00:00Z"},
    "custom-fields/reorder/": {"order": []},
    "sessions/reorder/": {"order": []},
}
FIELDS = [(path, field) for path, body in BODIES.items() for field in body]


def post(client: APIClient, address: str, body: Any) -> int:
    response = client.post(address, json.dumps(body), content_type="application/json")
    return response.status_code


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_no_value_breaks_a_nested_route(client: APIClient, owner: Any, path: str, field: str) -> None:
    for value in [*TEXTS, *OTHERS]:
        event = EventFactory(owner=owner)

        status = post(client, f"{EVENTS}{event.pk}/{path}", {**BODIES[path], field: value})

        assert status in {200, 201, 400, 404, 409, 422}, (value, status)


@pytest.mark.parametrize(
    "path", ["", "sessions/", "custom-fields/", "invitations/", "cancel/", "custom-fields/reorder/"]
)
@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "1", "NaN", '{"a": 1e400}', "[" * 5000, "\xff"])
def test_no_body_breaks_a_route(client: APIClient, owner: Any, path: str, body: str) -> None:
    event = EventFactory(owner=owner)
    method = client.post if path else client.patch

    response = method(f"{EVENTS}{event.pk}/{path}", body, content_type="application/json")

    assert response.status_code in ({413} if len(body) > 1000 else {200, 201, 400, 409, 422})


@pytest.mark.parametrize(
    "field",
    [
        "starts_at",
        "ends_at",
        "registration_deadline",
        "sessions",
        "custom_fields",
        "skill_tags",
        "zoom_settings",
        "price",
        "capacity",
        "duration_minutes",
        "cpd_credit_value",
        "certificate_template",
        "timezone",
        "category",
    ],
)
def test_no_value_breaks_an_edit(client: APIClient, owner: Any, field: str) -> None:
    event = EventFactory(owner=owner)
    for value in [*TEXTS, *OTHERS, [{"uuid": "x"}], [{"title": "\x00"}], ["x" * 51], ["a"] * 21, "2040-02-30T00:00:00"]:
        response = client.patch(f"{EVENTS}{event.pk}/", json.dumps({field: value}), content_type="application/json")

        assert response.status_code in {200, 400, 409, 422}, (value, response.status_code)
