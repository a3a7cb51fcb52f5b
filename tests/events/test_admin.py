"""Events in the admin: every list opens, in as many queries for three rows as for one, and nothing is editable."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lyceum.events.models import Event, EventStatusHistory
from tests.events.conftest import AT
from tests.factories.accounts import StaffFactory
from tests.factories.events import (
    CustomFieldFactory,
    EventFactory,
    InvitationFactory,
    PublishedEventFactory,
    ReminderFactory,
)

pytestmark = pytest.mark.django_db

MODELS = [
    "event",
    "eventsession",
    "tickettype",
    "eventcustomfield",
    "eventinvitation",
    "eventreminder",
    "eventstatushistory",
]


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    return client


def a_row_of_each() -> Event:
    event = PublishedEventFactory()
    CustomFieldFactory(event=event)
    InvitationFactory(event=event)
    ReminderFactory(event=event)
    EventStatusHistory.objects.create(event=event, to_status="draft", changed_by=event.owner, changed_at=AT)
    return event


def queries(client: Client, model: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(reverse(f"admin:events_{model}_changelist"), {"q": "Suturing"})
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_whatever_their_length(operator: Client, model: str) -> None:
    a_row_of_each()
    first = queries(operator, model)
    a_row_of_each()
    a_row_of_each()

    assert queries(operator, model) == first


def test_an_event_opens_read_only(operator: Client) -> None:
    event = a_row_of_each()
    address = reverse("admin:events_event_change", args=[event.pk])

    assert operator.get(address).status_code == 200
    assert operator.post(address, {"title": "Changed"}).status_code == 403
    event.refresh_from_db()
    assert event.title != "Changed"
    assert operator.get(reverse("admin:events_event_add")).status_code == 403


def act(client: Client, action: str, *events: Any) -> Any:
    data = {"action": action, "_selected_action": [str(event.pk) for event in events]}
    return client.post(reverse("admin:events_event_changelist"), data, follow=True)


def test_cancelling_goes_through_the_verb(operator: Client) -> None:
    event, over = PublishedEventFactory(), EventFactory(status="closed", title="Over")

    response = act(operator, "cancel_selected", event, over)

    event.refresh_from_db()
    assert event.status == "cancelled"
    assert event.status_history.get().to_status == "cancelled"
    texts = [str(message) for message in response.context["messages"]]
    assert texts[0].startswith("Over: Only an event that is")
    assert texts[1] == "1 done."


def test_deleted_drafts_come_back(operator: Client) -> None:
    event = EventFactory(deleted_at=AT)

    act(operator, "restore_selected", event)

    assert Event.objects.filter(pk=event.pk).exists()
