"""Copying an event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.events.models import EventInvitation, EventReminder, EventStatusHistory
from tests.events.conftest import EVENTS
from tests.factories.events import EventFactory, InvitationFactory, PublishedEventFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db


def test_everything_is_copied_and_every_date_shifted_on_the_wall(make: Any, client: APIClient) -> None:
    # G03, C19: across the change to winter time.
    source = make(
        timezone="Europe/Berlin",
        title="Ward round",
        sessions=[
            {
                "title": "One",
                "starts_at": "2040-10-22T09:00:00",
                "duration_minutes": 60,
                "zoom_meeting_id": "123456789",
            },
            {"title": "Two", "starts_at": "2040-10-23T09:00:00", "duration_minutes": 90},
        ],
        registration_deadline="2040-10-21T18:00:00",
        custom_fields=[{"label": "Diet", "field_type": "select", "options": ["A", "B"]}],
        capacity=30,
        waitlist_enabled=True,
        price=10,
        currency="EUR",
        cpd_enabled=True,
        cpd_credit_type="CME",
        cpd_credit_value=2.5,
        skill_tags=["Ward"],
        zoom_meeting_id="987654321",
    )
    client.post(f"{EVENTS}{source['uuid']}/ticket-types/", {"name": "Early", "price": 5, "quantity": 10})
    client.post(f"{EVENTS}{source['uuid']}/reminders/", {"send_hours_before": 3})
    client.post(f"{EVENTS}{source['uuid']}/publish/")

    response = client.post(f"{EVENTS}{source['uuid']}/duplicate/", {})

    assert response.status_code == 201
    copy = response.json()
    assert (copy["title"], copy["status"], copy["slug"]) == ("Copy of Ward round", "draft", "copy-of-ward-round")
    assert copy["duplicated_from"] == source["uuid"]
    assert [one["starts_at"] for one in copy["sessions"]] == ["2040-10-29T08:00:00Z", "2040-10-30T08:00:00Z"]
    assert [one["title"] for one in copy["sessions"]] == ["One", "Two"]
    assert (copy["starts_at"], copy["ends_at"]) == ("2040-10-29T08:00:00Z", "2040-10-30T09:30:00Z")
    assert copy["registration_deadline"] == "2040-10-28T17:00:00Z"
    assert [(row["label"], row["options"]) for row in copy["custom_fields"]] == [("Diet", ["A", "B"])]
    assert [(row["name"], row["price"], row["quantity"]) for row in copy["ticket_types"]] == [
        ("Standard", 10, None),
        ("Early", 5, 10),
    ]
    same = ("capacity", "waitlist_enabled", "price", "currency", "cpd_credit_value", "skill_tags", "timezone")
    assert [copy[name] for name in same] == [source[name] for name in same]
    assert (copy["zoom_meeting_id"], copy["sessions"][0]["zoom_meeting_id"], copy["published_at"]) == ("", "", None)
    offsets = EventReminder.objects.filter(event_id=copy["uuid"]).values_list("minutes_before", flat=True)
    assert sorted(offsets) == [60, 180, 1440]
    assert not {row["uuid"] for row in copy["sessions"]} & {row["uuid"] for row in source["sessions"]}
    assert EventStatusHistory.objects.filter(event_id=copy["uuid"]).count() == 0


def test_counts_people_and_history_stay_behind(client: APIClient, owner: Any) -> None:
    source = PublishedEventFactory(owner=owner, capacity=9, seats_taken=3, registration_count=3, waitlist_sequence=2)
    TicketTypeFactory(event=source, quantity=5, sold=3)
    InvitationFactory(event=source)

    copy = client.post(
        f"{EVENTS}{source.pk}/duplicate/", {"title": "Again", "starts_at": "2041-01-01T00:00:00Z"}
    ).json()

    assert (copy["title"], copy["starts_at"]) == ("Again", "2041-01-01T00:00:00Z")
    assert (copy["registration_count"], copy["available_spots"]) == (0, 9)
    assert [row["sold"] for row in copy["ticket_types"]] == [0, 0]
    assert EventInvitation.objects.filter(event_id=copy["uuid"]).count() == 0


@pytest.mark.parametrize("status", ["completed", "closed", "cancelled"])
def test_an_old_event_lands_in_a_coming_week(client: APIClient, owner: Any, status: str) -> None:
    # C19
    source = EventFactory(owner=owner, status=status, starts_at=datetime(2020, 1, 1, 9, tzinfo=UTC))
    source.sessions.update(status="cancelled" if status == "cancelled" else "completed")

    copy = client.post(f"{EVENTS}{source.pk}/duplicate/", {}).json()

    start = datetime.fromisoformat(copy["starts_at"])
    assert timedelta(0) < start - clock.now() <= timedelta(days=7)
    assert (start - source.starts_at) % timedelta(days=7) == timedelta(0)
    assert [row["status"] for row in copy["sessions"]] == ["scheduled"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, 422),
        ({"starts_at": "next week"}, 422),
        ({"starts_at": "9999-01-01T00:00:00Z"}, 422),
        ({"title": "x" * 201}, 422),
        ({"title": "a\x00b"}, 422),
        ({"title": ""}, 422),
    ],
)
def test_bad_wishes_are_refused(client: APIClient, owner: Any, body: Any, status: int) -> None:
    # C19
    source = EventFactory(owner=owner)

    assert client.post(f"{EVENTS}{source.pk}/duplicate/", body, format="json").status_code == status


def test_nobody_copies_what_is_not_theirs(client: APIClient) -> None:
    assert client.post(f"{EVENTS}{EventFactory().pk}/duplicate/", {}).status_code == 404
