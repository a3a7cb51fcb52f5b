"""Events in the admin: every list opens, in as many queries for three rows as for one, and nothing is editable."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lyceum.events.models import Event, EventStatusHistory, MeetingHost, MeetingNumber
from tests.events.conftest import AT
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.events import (
    CustomFieldFactory,
    EventFactory,
    InvitationFactory,
    PublishedEventFactory,
    ReminderFactory,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

MODELS = [
    "event",
    "eventsession",
    "tickettype",
    "eventcustomfield",
    "eventinvitation",
    "eventreminder",
    "eventstatushistory",
    "meetinghost",
    "meetingnumber",
]


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    return client


def a_row_of_each() -> Event:
    event = PublishedEventFactory()
    number = MeetingNumber.objects.count()
    host = MeetingHost.objects.create(account_id="a", host_id=f"Suturing-{number}", owner=event.owner, since=AT)
    MeetingNumber.objects.create(number=f"Suturing{number}", owner=event.owner, host=host, since=AT)
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


def test_staff_give_a_zoom_host_to_another_organizer(operator: Client) -> None:
    host = MeetingHost.objects.create(account_id="a", host_id="h", owner=OrganizerFactory(), since=AT)
    address, other = reverse("admin:events_meetinghost_change", args=[host.pk]), OrganizerFactory()
    assert operator.get(address).status_code == 200
    assert operator.post(address, {"owner": str(other.pk)}).status_code == 302
    host.refresh_from_db()
    assert (host.owner_id, host.proof) == (other.pk, "staff")

    operator.post(address, {"owner": str(UserFactory().pk)})
    host.refresh_from_db()
    assert host.owner_id == other.pk
    assert operator.get(reverse("admin:events_meetinghost_add")).status_code == 403


def test_staff_without_the_right_change_no_owner() -> None:
    client = Client()
    client.force_login(StaffFactory())
    host = MeetingHost.objects.create(account_id="a", host_id="h", owner=OrganizerFactory(), since=AT)
    number = MeetingNumber.objects.create(number="1", owner=host.owner, since=AT)
    address = reverse("admin:events_meetinghost_change", args=[host.pk])
    assert client.post(address, {"owner": str(OrganizerFactory().pk)}).status_code == 403
    action = {"action": "release_selected", "_selected_action": [str(number.pk)]}
    client.post(reverse("admin:events_meetingnumber_changelist"), action)
    host.refresh_from_db()
    number.refresh_from_db()
    assert (host.proof, number.owner_id) == ("ran", host.owner_id)


def test_staff_release_a_number(operator: Client) -> None:
    number = MeetingNumber.objects.create(number="85746065432", owner=OrganizerFactory(), since=AT)
    action = {"action": "release_selected", "_selected_action": [str(number.pk)]}
    assert operator.post(reverse("admin:events_meetingnumber_changelist"), action).status_code == 302
    number.refresh_from_db()
    assert number.owner_id is None
