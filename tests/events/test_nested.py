"""Ticket types, invitations and reminders, and whose they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.clock import now
from lyceum.core.tokens import digest
from lyceum.events import ports
from lyceum.events.models import EventInvitation, EventReminder, TicketType
from lyceum.events.services.invitations import mark_invitation_registered
from lyceum.events.services.reminders import send_due_reminders
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.services.suppress import suppress
from tests.events.conftest import AT, EVENTS
from tests.factories.accounts import UserFactory
from tests.factories.events import (
    CustomFieldFactory,
    EventFactory,
    InvitationFactory,
    PublishedEventFactory,
    ReminderFactory,
    TicketTypeFactory,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


# Ticket types


def test_ticket_types_are_added_changed_and_removed(make: Any, client: APIClient) -> None:
    event = make(currency="EUR")
    address = f"{EVENTS}{event['uuid']}/ticket-types/"

    early = client.post(address, {"name": "Early", "price": 49.5, "quantity": 20}).json()
    assert (early["price"], early["currency"], early["remaining"], early["is_default"]) == (49.5, "EUR", 20, False)
    assert client.patch(f"{address}{early['uuid']}/", {"quantity": 5}, format="json").json()["remaining"] == 5
    assert client.get(f"{address}{early['uuid']}/").json()["name"] == "Early"
    assert [row["name"] for row in client.get(address).json()["results"]] == ["Standard", "Early"]
    assert client.delete(f"{address}{early['uuid']}/").status_code == 204
    assert TicketType.objects.count() == 1


def test_the_default_ticket_type_stays_and_is_unlimited(make: Any, client: APIClient) -> None:
    event = make()
    address = f"{EVENTS}{event['uuid']}/ticket-types/{event['ticket_types'][0]['uuid']}/"

    for answer in (
        client.delete(address),
        client.patch(address, {"quantity": 5}, format="json"),
        client.patch(address, {"is_active": False}, format="json"),
    ):
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "DEFAULT_TICKET_TYPE"
    assert client.patch(address, {"name": "Regular"}).json()["name"] == "Regular"


def test_sold_places_bind(client: APIClient, owner: Any) -> None:
    event = PublishedEventFactory(owner=owner)
    ticket = TicketTypeFactory(event=event, quantity=5, sold=3)
    address = f"{EVENTS}{event.pk}/ticket-types/{ticket.pk}/"

    assert client.patch(address, {"quantity": 2}, format="json").status_code == 422
    assert client.delete(address).json()["error"]["code"] == "TICKET_TYPE_IN_USE"
    ticket.refresh_from_db()
    assert (ticket.quantity, ticket.sold) == (5, 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 101}, 422),
        ({"name": "a\x00"}, 422),
        ({"name": "x", "price": -1}, 422),
        ({"name": "x", "price": "1.234"}, 422),
        ({"name": "x", "price": 10**11}, 422),
        ({"name": "x", "quantity": 0}, 422),
        ({"name": "x", "currency": "JPY"}, 422),
        ({"name": "x", "price": "NaN"}, 422),
    ],
)
def test_bad_ticket_types_are_refused(make: Any, client: APIClient, body: Any, status: int) -> None:
    event = make()

    assert client.post(f"{EVENTS}{event['uuid']}/ticket-types/", body, format="json").status_code == status
    assert TicketType.objects.count() == 1


# Invitations


def test_invitations_are_deduplicated_and_sent_once(make: Any, client: APIClient, drain: Callable[[], Any]) -> None:
    event = make(visibility="private")
    client.post(f"{EVENTS}{event['uuid']}/publish/")
    suppress(email="no@example.org", reason="unsubscribed", at=AT)
    address = f"{EVENTS}{event['uuid']}/invitations/"
    emails = ["Ann@Example.org", "ann@example.org", "bo@example.org", "no@example.org"]

    first = client.post(address, {"emails": emails, "send_immediately": True}, format="json")
    assert first.status_code == 201
    body = first.json()
    assert (body["created"], body["skipped"], body["queued"]) == (2, 1, 2)
    assert body["skipped_emails"] == [{"email": "no@example.org", "reason": "opted_out"}]
    again = client.post(address, {"emails": emails, "send_immediately": True}, format="json").json()
    assert (again["created"], again["skipped"]) == (0, 3)

    drain()

    rows = EventInvitation.objects.order_by("email")
    assert [(row.email, row.status, row.sent_at is not None) for row in rows] == [
        ("ann@example.org", "sent", True),
        ("bo@example.org", "sent", True),
    ]
    assert all(len(row.token_hash) == 64 for row in rows)
    assert set(EmailLog.objects.filter(kind="events.invitation").values_list("status", flat=True)) == {"sent"}
    assert client.post(f"{address}send-all/").json() == {"queued": 0}


def test_the_mailed_link_opens_a_private_event(
    make: Any, client: APIClient, api: APIClient, drain: Callable[[], Any], mailoutbox: Any
) -> None:
    event = make(visibility="private")
    client.post(f"{EVENTS}{event['uuid']}/publish/")
    client.post(f"{EVENTS}{event['uuid']}/invitations/", {"emails": ["ann@example.org"]}, format="json")
    assert client.post(f"{EVENTS}{event['uuid']}/invitations/send-all/").json() == {"queued": 1}
    drain()

    text = mailoutbox[0].body
    lines = [line for line in text.splitlines() if "token=" in line]
    assert len(lines) == 1
    assert lines[0] == lines[0].strip()
    secret = lines[0].partition("token=")[2]
    assert EventInvitation.objects.get().token_hash == digest(secret)
    assert api.get(f"/api/v1/public/events/{event['uuid']}/", {"token": secret}).status_code == 200


def test_invitations_wait_for_publication(make: Any, client: APIClient) -> None:
    event = make()
    address = f"{EVENTS}{event['uuid']}/invitations/"

    refused = client.post(address, {"emails": ["a@example.org"], "send_immediately": True}, format="json")
    assert refused.status_code == 409
    assert EventInvitation.objects.count() == 0
    assert client.post(address, {"emails": ["a@example.org"]}, format="json").json()["queued"] == 0
    assert client.post(f"{address}send-all/").status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"emails": []}, 400),
        ({"emails": ["no address"]}, 422),
        ({"emails": ["a\x00@b.cd"]}, 422),
        ({"emails": [f"p{n}@example.org" for n in range(501)]}, 422),
        ({"emails": "a@b.cd"}, 422),
        ({"emails": ["x" * 300 + "@b.cd"]}, 422),
        ({"people": [{"full_name": "A"}]}, 400),
    ],
)
def test_bad_lists_of_addresses_are_refused(make: Any, client: APIClient, body: Any, status: int) -> None:
    event = make()

    assert client.post(f"{EVENTS}{event['uuid']}/invitations/", body, format="json").status_code == status
    assert EventInvitation.objects.count() == 0


def test_a_revoked_invitation_opens_nothing(client: APIClient, owner: Any, api: APIClient) -> None:
    event = PublishedEventFactory(owner=owner, visibility="private")
    row = InvitationFactory(event=event, token_hash=digest("s"))

    assert client.delete(f"{EVENTS}{event.pk}/invitations/{row.pk}/").status_code == 204
    assert api.get(f"/api/v1/public/events/{event.pk}/", {"token": "s"}).status_code == 404


def test_registering_marks_the_invitation(owner: Any, client: APIClient) -> None:
    row = InvitationFactory(event=PublishedEventFactory(owner=owner))

    assert mark_invitation_registered(event_id=row.event_id, email=row.email.upper(), registration_id=row.pk, at=AT)
    assert not mark_invitation_registered(event_id=row.event_id, email="x@y.zz", registration_id=row.pk, at=AT)
    row.refresh_from_db()
    assert (row.status, row.registered_at, row.registration_id) == ("registered", AT, row.pk)
    assert client.delete(f"{EVENTS}{row.event_id}/invitations/{row.pk}/").status_code == 409


# Reminders


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[EventReminder]:
    """What a sender was asked to send."""
    calls: list[EventReminder] = []

    def send(reminder: EventReminder, *, at: Any) -> int:
        calls.append(reminder)
        return 7

    monkeypatch.setattr(ports, "_REMINDER_SENDERS", {"test": send})
    return calls


def test_a_due_reminder_is_sent_once(sent: list[EventReminder]) -> None:
    row = ReminderFactory(scheduled_for=AT)

    assert send_due_reminders(AT - timedelta(seconds=1)) == 0
    assert send_due_reminders(AT) == 1
    assert send_due_reminders(AT) == 0

    row.refresh_from_db()
    assert (row.status, row.sent_at, row.recipient_count) == ("sent", AT, 7)
    assert sent == [row]


def test_a_reminder_more_than_an_hour_late_is_skipped(sent: list[EventReminder]) -> None:
    # C20
    hour, later = (
        ReminderFactory(scheduled_for=AT - timedelta(hours=1)),
        ReminderFactory(scheduled_for=AT - timedelta(hours=1, seconds=1)),
    )

    send_due_reminders(AT)

    assert sent == [hour]
    later.refresh_from_db()
    assert (later.status, later.sent_at) == ("skipped", None)


@pytest.mark.parametrize("status", ["draft", "completed", "closed", "cancelled"])
def test_only_coming_events_remind(sent: list[EventReminder], status: str) -> None:
    row = ReminderFactory(event=EventFactory(status=status), scheduled_for=AT)

    assert send_due_reminders(AT) == 0
    send_due_reminders(AT + timedelta(hours=2))

    row.refresh_from_db()
    assert (row.status, sent) == ("skipped", [])


def test_reminders_are_added_listed_and_removed(make: Any, client: APIClient) -> None:
    event = make()
    address = f"{EVENTS}{event['uuid']}/reminders/"

    added = client.post(address, {"reminder_type": "custom", "send_hours_before": 2.5}).json()
    assert (added["scheduled_for"], added["status"], added["send_hours_before"]) == (
        "2040-06-04T06:30:00Z",
        "pending",
        2.5,
    )
    assert client.post(address, {"send_hours_before": 2.5}).json()["error"]["code"] == "REMINDER_EXISTS"
    assert client.post(address, {"reminder_type": "before_15m"}).json()["scheduled_for"] == "2040-06-04T08:45:00Z"
    assert client.get(address).json()["count"] == 4
    assert client.delete(f"{address}{added['uuid']}/").status_code == 204
    assert client.get(address).json()["count"] == 3


def test_a_reminder_of_a_session_follows_it(make: Any, client: APIClient) -> None:
    event = make()
    session = event["sessions"][0]["uuid"]
    body = {"reminder_type": "before_1h", "session": session}
    row = client.post(f"{EVENTS}{event['uuid']}/reminders/", body).json()
    client.patch(f"{EVENTS}{event['uuid']}/sessions/{session}/", {"starts_at": "2040-06-04T12:00:00Z"})

    after = client.get(f"{EVENTS}{event['uuid']}/reminders/{row['uuid']}/").json()
    assert (after["session"], after["scheduled_for"]) == (session, "2040-06-04T11:00:00Z")


def test_reminders_of_a_near_event_are_skipped_at_once(make: Any) -> None:
    # C20
    make(starts_at=(now() + timedelta(hours=2)).isoformat())

    assert dict(EventReminder.objects.values_list("reminder_type", "status")) == {
        "before_24h": "skipped",
        "before_1h": "pending",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reminder_type": "custom"}, 400),
        ({"reminder_type": "soon"}, 422),
        ({"send_hours_before": 0}, 422),
        ({"send_hours_before": -1}, 422),
        ({"send_hours_before": 721}, 422),
        ({"send_hours_before": "NaN"}, 422),
        ({"send_hours_before": 3, "session": "x"}, 422),
        ({"send_hours_before": 3, "session": "019b0000-0000-7000-8000-000000000000"}, 404),
    ],
)
def test_bad_reminders_are_refused(make: Any, client: APIClient, body: Any, status: int) -> None:
    event = make()

    assert client.post(f"{EVENTS}{event['uuid']}/reminders/", body, format="json").status_code == status
    assert EventReminder.objects.count() == 2


def test_a_sent_reminder_stays(client: APIClient, owner: Any) -> None:
    row = ReminderFactory(event=PublishedEventFactory(owner=owner), status="sent")

    assert client.delete(f"{EVENTS}{row.event_id}/reminders/{row.pk}/").status_code == 409


# Whose they are

LISTS = ["sessions", "ticket-types", "custom-fields", "invitations", "reminders", "status-history", "emails"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_their_organizer_alone(
    client: APIClient, api: APIClient, api_as: Callable[..., APIClient], name: str
) -> None:
    # A16, A17
    address = f"{EVENTS}{EventFactory().pk}/{name}/"

    assert api.get(address).status_code == 401
    assert api_as(UserFactory()).get(address).status_code == 403
    assert client.get(address).status_code == 404
    assert client.get(f"{EVENTS}nonsense/{name}/").status_code == 404
    assert client.get(f"{EVENTS}019b0000-0000-7000-8000-000000000000/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["ticket-types", "invitations", "reminders"])
def test_rows_of_others_are_absent(client: APIClient, make: Any, name: str) -> None:
    # A17
    row = {"ticket-types": TicketTypeFactory, "invitations": InvitationFactory, "reminders": ReminderFactory}[name]()
    own = make()["uuid"]

    for event in (row.event_id, own):
        for address in (f"{EVENTS}{event}/{name}/{row.pk}/", f"{EVENTS}{event}/{name}/nonsense/"):
            assert client.get(address).status_code == 404
            assert client.delete(address).status_code == 404
    row.refresh_from_db()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "factory"),
    [("ticket-types", TicketTypeFactory), ("custom-fields", CustomFieldFactory), ("invitations", InvitationFactory)],
)
def test_nested_lists_take_three_queries(
    client: APIClient, owner: Any, django_assert_num_queries: Any, name: str, factory: Any, rows: int
) -> None:
    event = EventFactory(owner=owner)
    for _ in range(rows):
        factory(event=event)

    with django_assert_num_queries(3):
        assert client.get(f"{EVENTS}{event.pk}/{name}/").status_code == 200
