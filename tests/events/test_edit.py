"""What may change in which state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.models import Fact
from lyceum.events.models import Event, EventReminder, TicketType
from tests.events.conftest import BODY, EVENTS
from tests.factories.events import EventFactory, PublishedEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

TIMES_CHANGED = "events.event_times_changed"
CHANGES: list[tuple[str, Any]] = [
    ("title", "Wound care II"),
    ("description", "New"),
    ("event_type", "workshop"),
    ("format", "hybrid"),
    ("location", "Room 1"),
    ("visibility", "unlisted"),
    ("capacity", 50),
    ("registration_enabled", False),
    ("registration_deadline", "2040-06-01T00:00:00Z"),
    ("starts_at", "2040-06-05T09:00:00Z"),
    ("duration_minutes", 90),
    ("minimum_attendance_percent", 50),
    ("skill_tags", ["Suture"]),
    ("price", 12.5),
    ("certificates_enabled", False),
    ("zoom_enabled", True),
    ("auto_issue_certificates", True),
]


@pytest.mark.parametrize(("field", "value"), [*CHANGES, ("timezone", "Europe/Paris")])
def test_a_draft_changes_everywhere(make: Any, client: APIClient, field: str, value: Any) -> None:
    event = make()

    response = client.patch(f"{EVENTS}{event['uuid']}/", {field: value}, format="json")

    assert response.status_code == 200, response.json()
    assert response.json()[field] == value


@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_a_published_event_changes_but_for_its_zone(make: Any, client: APIClient, field: str, value: Any) -> None:
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    assert client.patch(f"{EVENTS}{event['uuid']}/", {field: value}, format="json").status_code == 200
    refused = client.patch(f"{EVENTS}{event['uuid']}/", {"timezone": "Europe/Paris"})
    assert refused.status_code == 409
    assert refused.json()["error"]["details"]["fields"] == ["timezone"]


@pytest.mark.parametrize("state", ["live", "completed", "closed", "cancelled"])
@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_afterwards_nothing_changes(client: APIClient, owner: Any, state: str, field: str, value: Any) -> None:
    event = EventFactory(owner=owner, status=state)
    before = Event.objects.values().get(pk=event.pk)

    response = client.patch(f"{EVENTS}{event.pk}/", {field: value}, format="json")

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "INVALID_STATE"
    assert Event.objects.values().get(pk=event.pk) == before


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 200), ("published", 200), ("live", 200), ("completed", 409), ("closed", 409), ("cancelled", 409)],
)
def test_a_meeting_made_elsewhere_can_be_entered_until_the_end(
    client: APIClient, owner: Any, state: str, status: int
) -> None:
    event = EventFactory(owner=owner, status=state)
    meeting = {"zoom_meeting_id": "853 1234 5678", "zoom_join_url": "https://zoom.us/j/85312345678"}

    response = client.patch(f"{EVENTS}{event.pk}/", meeting, format="json")

    assert response.status_code == status
    event.refresh_from_db()
    assert event.online.number == ("85312345678" if status == 200 else "")
    assert event.sessions.get().online.number == event.online.number


def test_everything_can_be_changed_at_once(make: Any, client: APIClient) -> None:
    # The order of locks is watched on PostgreSQL: sessions, then meetings, then ticket types.
    path = f"{EVENTS}{make(zoom_meeting_id='85312345678')['uuid']}/"
    changes = {"title": "New", "price": "12.50", "zoom_join_url": "https://zoom.us/j/1", "zoom_meeting_id": "1"}
    sessions = [{"title": "Basics", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}]

    assert client.patch(path, changes, format="json").status_code == 200
    assert client.patch(path, {**changes, "price": "0", "title": "Newer", "sessions": sessions}).status_code == 200

    event = client.get(path).json()
    assert (event["title"], event["price"], event["zoom_meeting_id"]) == ("Newer", 0.0, "1")
    assert [(row["title"], row["zoom_meeting_id"]) for row in event["sessions"]] == [("Basics", "")]
    assert [row["price"] for row in event["ticket_types"]] == [0.0]


def test_sending_a_locked_value_unchanged_is_no_change(make: Any, client: APIClient) -> None:
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    response = client.put(f"{EVENTS}{event['uuid']}/", {**BODY, "title": "New", "timezone": "UTC"}, format="json")

    assert response.status_code == 200
    assert response.json()["title"] == "New"
    assert Fact.objects.filter(name=TIMES_CHANGED).count() == 0


def test_put_needs_the_title(make: Any, client: APIClient) -> None:
    assert client.put(f"{EVENTS}{make()['uuid']}/", {"description": "x"}).status_code == 400


def test_moving_a_published_event_tells_and_moves_unsent_reminders(make: Any, client: APIClient) -> None:
    # C20
    event = make()
    EventReminder.objects.filter(reminder_type="before_24h").update(status="sent")
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    moved = client.patch(f"{EVENTS}{event['uuid']}/", {"starts_at": "2040-07-01T12:00:00Z"}).json()

    assert (moved["starts_at"], moved["ends_at"]) == ("2040-07-01T12:00:00Z", "2040-07-01T13:00:00Z")
    assert moved["sessions"][0]["starts_at"] == "2040-07-01T12:00:00Z"
    assert Fact.objects.filter(name=TIMES_CHANGED, about_id=event["uuid"]).count() == 1
    times = dict(EventReminder.objects.values_list("reminder_type", "scheduled_for"))
    assert times["before_1h"] == datetime(2040, 7, 1, 11, tzinfo=UTC)
    assert times["before_24h"] == datetime(2040, 6, 3, 9, tzinfo=UTC)


def test_moving_a_draft_tells_nobody(make: Any, client: APIClient) -> None:
    client.patch(f"{EVENTS}{make()['uuid']}/", {"starts_at": "2040-07-01T12:00:00Z"})

    assert Fact.objects.filter(name=TIMES_CHANGED).count() == 0


def test_no_event_moves_into_the_past(make: Any, client: APIClient) -> None:
    # C14
    event = make()

    assert client.patch(f"{EVENTS}{event['uuid']}/", {"starts_at": "2021-01-01T00:00:00Z"}).status_code == 422


@pytest.mark.parametrize(
    ("first", "change", "field"),
    [
        ({}, {"cpd_enabled": True}, "cpd_credit_type"),
        ({"capacity": 5, "waitlist_enabled": True}, {"capacity": None}, "waitlist_enabled"),
        ({"registration_deadline": "2040-06-04T08:00:00Z"}, {"starts_at": "2040-06-01T08:00:00Z"}, "deadline"),
        ({"cpd_enabled": True, "cpd_credit_type": "A", "cpd_credit_value": 1}, {"cpd_credit_type": ""}, "cpd"),
    ],
)
def test_the_merged_state_is_judged(make: Any, client: APIClient, first: Any, change: Any, field: str) -> None:
    # C14
    event = make(**first)

    response = client.patch(f"{EVENTS}{event['uuid']}/", change, format="json")

    assert response.status_code == 422
    assert field in str(response.json()["error"]["details"])


def test_capacity_goes_up_and_down_but_not_below_the_seats(client: APIClient, owner: Any) -> None:
    # C14
    event = PublishedEventFactory(owner=owner, capacity=10, seats_taken=7)
    raised = "events.event_capacity_raised"

    below = client.patch(f"{EVENTS}{event.pk}/", {"capacity": 6}, format="json")
    assert below.status_code == 409
    assert below.json()["error"]["code"] == "CAPACITY_BELOW_SEATS"
    event.refresh_from_db()
    assert event.capacity == 10

    assert client.patch(f"{EVENTS}{event.pk}/", {"capacity": 7}, format="json").json()["available_spots"] == 0
    assert Fact.objects.filter(name=raised).count() == 0
    assert client.patch(f"{EVENTS}{event.pk}/", {"capacity": 30}, format="json").json()["available_spots"] == 23
    assert Fact.objects.filter(name=raised).count() == 1
    unlimited = client.patch(f"{EVENTS}{event.pk}/", {"capacity": None}, format="json").json()
    assert (unlimited["available_spots"], unlimited["max_attendees"]) == (None, None)
    assert Fact.objects.filter(name=raised).count() == 2


def test_spots_are_told_only_when_few_remain(client: APIClient, owner: Any) -> None:
    # C18
    event = PublishedEventFactory(owner=owner, capacity=30, seats_taken=9)
    address = f"/api/v1/public/events/{event.pk}/"
    first = client.get(address).json()
    Event.objects.filter(pk=event.pk).update(seats_taken=10)
    second = client.get(address).json()

    assert (first["available_spots"], first["spots_remaining"]) == (21, None)
    assert (second["available_spots"], second["spots_remaining"]) == (20, 20)


def test_the_price_and_its_default_ticket_are_one(make: Any, client: APIClient) -> None:
    event = make(price=10, currency="EUR")
    ticket = event["ticket_types"][0]["uuid"]

    client.patch(f"{EVENTS}{event['uuid']}/", {"price": 20.5, "currency": "USD"}, format="json")
    row = TicketType.objects.get(pk=ticket)
    assert (row.price_minor, row.currency) == (2050, "USD")

    client.patch(f"{EVENTS}{event['uuid']}/ticket-types/{ticket}/", {"price": 5}, format="json")
    assert client.get(f"{EVENTS}{event['uuid']}/").json()["price"] == 5


def test_an_unseen_events_address_follows_its_title(make: Any, client: APIClient) -> None:
    event = make()
    renamed = client.patch(f"{EVENTS}{event['uuid']}/", {"title": "Burns"}).json()
    client.post(f"{EVENTS}{event['uuid']}/publish/")
    kept = client.patch(f"{EVENTS}{event['uuid']}/", {"title": "Burns and scalds"}).json()

    assert (renamed["slug"], kept["slug"]) == ("burns", "burns")


def test_deleting_and_restoring_a_draft(make: Any, client: APIClient) -> None:
    event = make()
    address = f"{EVENTS}{event['uuid']}/"

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(EVENTS).json()["count"] == 0
    listed = client.get(EVENTS, {"include_deleted": "true"}).json()["results"]
    assert [(row["uuid"], row["is_deleted"]) for row in listed] == [(event["uuid"], True)]

    assert client.post(f"{address}restore/").json()["is_deleted"] is False
    assert client.get(address).status_code == 200
    assert client.post(f"{address}restore/").status_code == 409


def test_only_drafts_without_registrations_are_deleted(client: APIClient, owner: Any) -> None:
    published, used = PublishedEventFactory(owner=owner), EventFactory(owner=owner, waitlist_sequence=1)

    assert client.delete(f"{EVENTS}{published.pk}/").status_code == 409
    assert client.delete(f"{EVENTS}{used.pk}/").status_code == 409
    assert Event.objects.count() == 2


def test_times_of_several_sessions_shift_together(make: Any, client: APIClient) -> None:
    day = datetime(2040, 6, 4, 9, tzinfo=UTC)
    sessions = [{"starts_at": (day + timedelta(days=n)).isoformat(), "duration_minutes": 60} for n in range(3)]
    event = make(sessions=sessions)

    moved = client.patch(f"{EVENTS}{event['uuid']}/", {"starts_at": "2040-06-11T10:00:00Z"}).json()

    assert [one["starts_at"] for one in moved["sessions"]] == [
        "2040-06-11T10:00:00Z",
        "2040-06-12T10:00:00Z",
        "2040-06-13T10:00:00Z",
    ]
    assert moved["ends_at"] == "2040-06-13T11:00:00Z"
    assert client.patch(f"{EVENTS}{event['uuid']}/", {"duration_minutes": 30}).status_code == 422
