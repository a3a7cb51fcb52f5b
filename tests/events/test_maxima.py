"""An event has a stated number of everything at most, however it is asked for more."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.events.models import Event, EventCustomField, EventInvitation, EventReminder, EventSession, TicketType
from lyceum.events.services import custom_fields, invitations
from tests.events.conftest import EVENTS
from tests.factories.events import STARTS_AT, EventFactory, PublishedEventFactory

pytestmark = pytest.mark.both_databases

Make = Callable[..., dict[str, Any]]


def sessions(number: int) -> list[dict[str, Any]]:
    return [{"title": f"Part {n}", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60} for n in range(number)]


def questions(number: int) -> list[dict[str, Any]]:
    return [{"label": f"Question {n}", "field_type": "text"} for n in range(number)]


def fill(event: Event, model: type, number: int, **values: Any) -> None:
    """Give the event as many rows of a kind as it then has in all."""
    missing = number - model.objects.filter(event=event).count()  # type: ignore[attr-defined]
    rows = [model(event=event, **{key: one(n) for key, one in values.items()}) for n in range(missing)]
    model.objects.bulk_create(rows)  # type: ignore[attr-defined]


def fill_sessions(event: Event, number: int) -> None:
    event.sessions.update(is_implicit=False)
    fill(event, EventSession, number, title=str, session_number=lambda n: n + 2, starts_at=lambda _: STARTS_AT,
         ends_at=lambda _: STARTS_AT + timedelta(hours=1), duration_minutes=lambda _: 60)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "most"),
    [({"sessions": sessions(101)}, 100), ({"sessions": sessions(5000)}, 100), ({"custom_fields": questions(51)}, 50)],
)
def test_a_longer_list_is_refused_and_nothing_is_written(client: APIClient, make: Make, rows: Any, most: int):
    event = make()
    before = EventSession.objects.count(), EventCustomField.objects.count(), Event.objects.count()
    for answer in (
        client.patch(f"{EVENTS}{event['uuid']}/", rows, format="json"),
        client.post(EVENTS, {"title": "x", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60, **rows}),
    ):
        assert answer.status_code == 422
        assert str(most) in str(answer.json()["error"]["details"])
    assert (EventSession.objects.count(), EventCustomField.objects.count(), Event.objects.count()) == before


def test_a_hundred_sessions_in_one_request_hold_the_database_for_less_than_a_second(client: APIClient, make: Make):
    event = make()
    # Of this process alone, so that a busy machine doesn't fail it.
    began = time.process_time()
    answer = client.patch(f"{EVENTS}{event['uuid']}/", {"sessions": sessions(100)}, format="json")
    taken = time.process_time() - began
    assert answer.status_code == 200
    assert EventSession.objects.count() == 100
    assert taken < 1.0


def test_one_more_of_each_kind_is_refused(client: APIClient, owner: Any):
    event = EventFactory(owner=owner)
    fill_sessions(event, 100)
    fill(event, TicketType, 50, name=str)
    fill(event, EventCustomField, 50, label=str, field_type=lambda _: "text")
    fill(event, EventReminder, 200, reminder_type=lambda _: "custom", minutes_before=lambda n: n + 1,
         scheduled_for=lambda _: STARTS_AT)  # fmt: skip
    for path, body in {
        "sessions/": sessions(1)[0],
        "ticket-types/": {"name": "One more"},
        "custom-fields/": questions(1)[0],
        "reminders/": {"reminder_type": "custom", "send_hours_before": 300},
    }.items():
        answer = client.post(f"{EVENTS}{event.pk}/{path}", body, format="json")
        assert (path, answer.status_code) == (path, 422)
        assert "at most" in str(answer.json()["error"]["details"])
    counted = [model.objects.count() for model in (EventSession, TicketType, EventCustomField, EventReminder)]
    assert counted == [100, 50, 50, 200]


def test_invitations_end_where_an_events_seats_do(client: APIClient, owner: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(invitations, "MOST_INVITATIONS", 3)
    event = PublishedEventFactory(owner=owner)
    address = f"{EVENTS}{event.pk}/invitations/"
    first, more = (["a@example.org", "b@example.org"], ["b@example.org", "c@example.org", "d@example.org"])
    assert client.post(address, {"emails": first}, format="json").status_code == 201
    assert client.post(address, {"emails": more}, format="json").status_code == 422
    assert EventInvitation.objects.count() == 2


def test_questions_that_are_only_archived_have_an_end_too(
    client: APIClient, owner: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(custom_fields, "MOST_KEPT", 5)
    event = PublishedEventFactory(owner=owner)
    address = f"{EVENTS}{event.pk}/"
    statuses = [client.patch(address, {"custom_fields": questions(2)}, format="json").status_code for _ in range(3)]
    assert statuses == [200, 200, 422]
    assert EventCustomField.objects.count() == 4
    # Those that are there can still be changed.
    known = [{"uuid": str(field.pk), "label": "New", "field_type": "text"} for field in event.custom_fields.active()]
    assert client.patch(address, {"custom_fields": known}, format="json").status_code == 200
