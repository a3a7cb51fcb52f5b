"""Making an event."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.models import Fact
from lyceum.events.models import Event, EventReminder
from tests.events.conftest import BODY, EVENTS
from tests.factories.accounts import OrganizerFactory, UserFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def test_a_minimal_event_gets_the_contracts_defaults(client: APIClient) -> None:
    response = client.post(EVENTS, BODY, format="json")

    assert response.status_code == 201
    event = response.json()
    assert event["uuid"] == event["id"]
    assert event["status"] == "draft"
    assert event["event_type"] == event["category"] == "other"
    assert event["format"] == "online"
    assert event["visibility"] == "public"
    assert event["starts_at"] == "2040-06-04T09:00:00Z"
    assert event["ends_at"] == "2040-06-04T10:00:00Z"
    assert event["registration_enabled"] is True
    assert event["capacity"] is None
    assert event["available_spots"] is None
    assert event["spots_remaining"] is None
    assert event["waitlist_enabled"] is False
    assert event["waitlist_auto_promote"] is True
    assert event["certificates_enabled"] is True
    assert event["minimum_attendance_percent"] == 80
    assert event["zoom_enabled"] is False
    assert event["price"] == 0
    assert event["is_free"] is True
    assert event["slug"] == "wound-care"
    assert event["can_edit"] is True
    assert event["attendees_count"] == 0


def test_it_has_an_implicit_session_a_default_ticket_and_reminders(make: Any, client: APIClient) -> None:
    event = make(price="89.99", currency="EUR")

    assert [(one["is_implicit"], one["session_number"], one["duration_minutes"]) for one in event["sessions"]] == [
        (True, 1, 60)
    ]
    assert [(one["is_default"], one["price"], one["currency"], one["quantity"]) for one in event["ticket_types"]] == [
        (True, 89.99, "EUR", None)
    ]
    reminders = EventReminder.objects.filter(event_id=event["uuid"]).order_by("scheduled_for")
    assert [(row.reminder_type, row.scheduled_for.isoformat()) for row in reminders] == [
        ("before_24h", "2040-06-03T09:00:00+00:00"),
        ("before_1h", "2040-06-04T08:00:00+00:00"),
    ]
    history = client.get(f"{EVENTS}{event['uuid']}/status-history/").json()
    assert history["results"] == []
    assert Fact.objects.filter(name="events.event_created").count() == 1


def test_the_zone_is_the_organizers_unless_given(api_as: Any) -> None:
    client = api_as(OrganizerFactory(timezone="America/New_York"))

    assert client.post(EVENTS, BODY).json()["timezone"] == "America/New_York"
    assert client.post(EVENTS, {**BODY, "timezone": "Asia/Tokyo"}).json()["timezone"] == "Asia/Tokyo"


def test_sessions_span_the_event(make: Any) -> None:
    sessions = [
        {"title": "Second", "starts_at": "2040-06-05T09:00:00Z", "duration_minutes": 90},
        {"title": "First", "starts_at": "2040-06-04T09:00:00Z", "ends_at": "2040-06-04T10:00:00Z"},
    ]

    event = make(sessions=sessions, starts_at="2040-06-04T09:00:00Z")

    assert event["starts_at"] == "2040-06-04T09:00:00Z"
    assert event["ends_at"] == "2040-06-05T10:30:00Z"
    assert event["event_format"] == "series"
    assert sorted((one["session_number"], one["title"]) for one in event["sessions"]) == [(1, "First"), (2, "Second")]
    assert not any(one["is_implicit"] for one in event["sessions"])


@pytest.mark.parametrize("missing", ["title", "starts_at", "duration_minutes"])
def test_a_missing_required_field_is_a_400(client: APIClient, missing: str) -> None:
    body = {name: value for name, value in BODY.items() if name != missing}

    for answer in (client.post(EVENTS, body), client.post(EVENTS, {**BODY, missing: None})):
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
        assert missing in answer.json()["error"]["details"]
    assert Event.objects.count() == 0


def test_a_length_may_be_null_beside_an_end(client: APIClient) -> None:
    answer = client.post(EVENTS, {**BODY, "duration_minutes": None, "ends_at": "2040-06-04T10:30:00Z"})
    assert (answer.status_code, answer.json().get("ends_at")) == (201, "2040-06-04T10:30:00Z"), answer.json()


def test_everything_missing_is_named_at_once(client: APIClient) -> None:
    bare, wrong = client.post(EVENTS, {}), client.post(EVENTS, {"title": "Only this", "capacity": 0})

    assert (bare.status_code, wrong.status_code) == (400, 400)
    assert sorted(bare.json()["error"]["details"]) == ["duration_minutes", "starts_at", "title"]
    assert sorted(wrong.json()["error"]["details"]) == ["capacity", "duration_minutes", "starts_at"]


@pytest.mark.parametrize("name", ["price", "capacity", "visibility", "cpd_enabled", "zoom_settings"])
def test_an_optional_field_sent_as_nothing_is_no_missing_one(client: APIClient, name: str) -> None:
    expected = 201 if name == "capacity" else 422
    assert client.post(EVENTS, {**BODY, name: None}).status_code == expected


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_at": "2020-01-01T09:00:00Z"}, "starts_at"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"currency": "ZZZ"}, "currency"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"duration_minutes": 14}, "duration_minutes"),
        ({"duration_minutes": 481}, "duration_minutes"),
        ({"ends_at": "2040-06-04T11:00:00Z"}, "ends_at"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10001}, "capacity"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"waitlist_enabled": True}, "waitlist_enabled"),
        ({"registration_deadline": "2040-06-04T09:00:01Z"}, "registration_deadline"),
        ({"cpd_enabled": True}, "cpd_credit_type"),
        ({"cpd_enabled": True, "cpd_credit_type": "CME"}, "cpd_credit_value"),
        ({"cpd_credit_value": 100.01}, "cpd_credit_value"),
        ({"event_type": "party"}, "event_type"),
        ({"category": "workshop", "event_type": "webinar"}, "category"),
        ({"visibility": "secret"}, "visibility"),
        ({"price": -1}, "price"),
        ({"price": "10.999", "currency": "EUR"}, "price"),
        ({"currency": "EURO"}, "currency"),
        ({"zoom_join_url": "javascript:alert(1)"}, "zoom_join_url"),
        ({"attendance_requirement": "minimum_sessions"}, "minimum_sessions_required"),
        ({"custom_fields": [{"label": "Diet", "field_type": "select", "options": ["One"]}]}, "options"),
    ],
)
def test_an_unacceptable_value_is_a_422_that_names_it(client: APIClient, values: Any, field: str) -> None:
    # C14, H08
    response = client.post(EVENTS, {**BODY, **values}, format="json")

    assert response.status_code == 422, response.json()
    assert field in str(response.json()["error"]["details"])
    assert Event.objects.count() == 0


def test_zero_credits_are_fine(make: Any) -> None:
    # C14
    assert make(cpd_enabled=True, cpd_credit_type="CME", cpd_credit_value=0)["cpd_credit_value"] == 0


def test_the_client_does_not_choose_owner_state_or_counters(make: Any, client: APIClient, owner: Any) -> None:
    # H08
    event = make(status="published", owner="someone", registration_count=9, slug="mine")

    assert (event["status"], event["registration_count"], event["slug"]) == ("draft", 0, "wound-care")
    assert event["owner"]["id"] == event["owner"]["uuid"] == str(owner.pk)
    assert event["owner"]["display_name"] == owner.public_organizer_name
    # What no answer shows isn't ignored, but refused.
    assert list(client.post(EVENTS, {**BODY, "seats_taken": 5}).json()["error"]["details"]) == ["seats_taken"]
    assert Event.objects.count() == 1


def test_only_verified_organizers_make_events(api: APIClient, api_as: Any) -> None:
    assert api.post(EVENTS, BODY).status_code == 401
    assert api_as(UserFactory()).post(EVENTS, BODY).status_code == 403
    unverified = api_as(OrganizerFactory(email_verified_at=None)).post(EVENTS, BODY)
    assert unverified.status_code == 403
    assert unverified.json()["error"]["code"] == "EMAIL_NOT_VERIFIED"
    assert Event.objects.count() == 0


def test_titles_in_every_script_get_an_address_of_their_own(make: Any) -> None:
    # C26
    slugs = [make(title=title)["slug"] for title in ("急救", "急救", "First aid", "First aid", "facts", "facets")]

    assert len(set(slugs)) == 6
    assert all(slugs)
    assert slugs[2] == "first-aid"
    assert "facets" not in slugs


NASTY = ["\x00", "a\x00b", "\ud800", "😀" * 10, "\u202eabc", "x" * 1_000_000, "=1+1", "<script>"]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(
    "field",
    [
        "title",
        "description",
        "location",
        "timezone",
        "currency",
        "cpd_credit_type",
        "zoom_meeting_id",
        "zoom_join_url",
        "cpd_accreditation_note",
    ],
)
def test_no_text_breaks_it(client: APIClient, field: str, text: str) -> None:
    body = json.dumps({**BODY, field: text})

    response = client.post(EVENTS, body, content_type="application/json")

    assert response.status_code in {201, 400, 422}
