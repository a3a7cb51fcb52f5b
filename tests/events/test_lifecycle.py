"""The states of an event: every step from every state, with its history and its fact."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState
from lyceum.core.models import Fact
from lyceum.events.models import Event, EventReminder, EventStatusHistory
from lyceum.events.rules.transitions import TRANSITIONS
from lyceum.events.services import lifecycle
from lyceum.events.services.complete_overdue import complete_overdue_events
from tests.events.conftest import AT, EVENTS
from tests.factories.events import EventFactory, LiveEventFactory, PublishedEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

STATES = ["draft", "published", "live", "completed", "closed", "cancelled"]
ALLOWED = {
    ("draft", "publish"): "published",
    ("published", "unpublish"): "draft",
    ("published", "start"): "live",
    ("live", "complete"): "completed",
    ("completed", "close"): "closed",
    ("closed", "reopen"): "completed",
    ("draft", "cancel"): "cancelled",
    ("published", "cancel"): "cancelled",
    ("live", "cancel"): "cancelled",
}
FACTS = {
    "publish": "events.event_published",
    "unpublish": "events.event_unpublished",
    "start": "events.event_live",
    "complete": "events.event_completed",
    "close": "events.event_closed",
    "reopen": "events.event_reopened",
    "cancel": "events.event_cancelled",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(FACTS))
def test_every_step_from_every_state(client: APIClient, owner: Any, state: str, step: str) -> None:
    # C25, H08: one table decides, and a refused step writes nothing.
    event = EventFactory(owner=owner, status=state)

    response = client.post(f"{EVENTS}{event.pk}/{step}/", {"reason": "Because."}, format="json")

    target = ALLOWED.get((state, step))
    history = list(EventStatusHistory.objects.filter(event=event).values_list("from_status", "to_status", "changed_by"))
    event.refresh_from_db()
    if target is None:
        assert response.status_code == 409
        assert response.json()["error"]["code"] == "INVALID_STATE"
        assert (event.status, history, Fact.objects.count()) == (state, [], 0)
        assert event.actual_started_at is None
    else:
        assert response.status_code == 200
        assert response.json()["status"] == event.status == target
        assert history == [(state, target, owner.pk)]
        assert Fact.objects.filter(name=FACTS[step], about_id=event.pk).count() == 1


def test_a_whole_life_is_in_the_history(make: Any, client: APIClient) -> None:
    event = make()
    for step in ("publish", "start", "complete", "close", "reopen"):
        assert client.post(f"{EVENTS}{event['uuid']}/{step}/", {"reason": f"{step}!"}).status_code == 200

    rows = client.get(f"{EVENTS}{event['uuid']}/status-history/").json()["results"]

    assert [(row["to_status"], row["reason"]) for row in rows] == [
        ("published", ""),
        ("live", ""),
        ("completed", ""),
        ("closed", ""),
        ("completed", "reopen!"),
    ]
    assert rows[0]["changed_by_name"].startswith("Ada")


def test_the_first_publication_is_remembered(make: Any, client: APIClient) -> None:
    event = make()
    first = client.post(f"{EVENTS}{event['uuid']}/publish/").json()["published_at"]
    client.post(f"{EVENTS}{event['uuid']}/unpublish/")

    assert client.post(f"{EVENTS}{event['uuid']}/publish/").json()["published_at"] == first


def test_publishing_never_fails_for_want_of_zoom(make: Any, client: APIClient) -> None:
    # C13
    event = make(zoom_enabled=True)

    assert client.post(f"{EVENTS}{event['uuid']}/publish/").status_code == 200


def test_what_is_over_cannot_be_published(client: APIClient, owner: Any) -> None:
    event = EventFactory(owner=owner, starts_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert client.post(f"{EVENTS}{event.pk}/publish/").status_code == 409


@pytest.mark.parametrize("counter", ["seats_taken", "waitlist_sequence", "registration_count"])
def test_with_registrations_it_cannot_become_a_draft_again(client: APIClient, owner: Any, counter: str) -> None:
    event = PublishedEventFactory(owner=owner, **{counter: 1})

    assert client.post(f"{EVENTS}{event.pk}/unpublish/").status_code == 409
    event.refresh_from_db()
    assert event.status == "published"


def test_cancelling_frees_reminders_and_sessions(make: Any, client: APIClient) -> None:
    # G04
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    answer = client.post(f"{EVENTS}{event['uuid']}/cancel/", {"reason": "The speaker is ill."}).json()

    assert (answer["status"], answer["cancellation_reason"]) == ("cancelled", "The speaker is ill.")
    assert [session["status"] for session in answer["sessions"]] == ["cancelled"]
    assert set(EventReminder.objects.values_list("status", flat=True)) == {"cancelled"}


def test_starting_and_completing_carry_the_only_session_along(make: Any, client: APIClient) -> None:
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    live = client.post(f"{EVENTS}{event['uuid']}/start/").json()
    done = client.post(f"{EVENTS}{event['uuid']}/complete/").json()

    assert [session["status"] for session in live["sessions"]] == ["live"]
    assert live["actual_started_at"] is not None
    assert [session["status"] for session in done["sessions"]] == ["completed"]
    assert done["actual_ended_at"] is not None


def test_what_nobody_started_completes_by_itself_with_two_rows() -> None:
    event = PublishedEventFactory(starts_at=AT, duration_minutes=60)
    end = AT + timedelta(minutes=60)

    assert complete_overdue_events(end + timedelta(minutes=29)) == 0
    assert complete_overdue_events(end + timedelta(minutes=30)) == 1
    assert complete_overdue_events(end + timedelta(minutes=31)) == 0

    event.refresh_from_db()
    assert (event.status, event.actual_started_at, event.actual_ended_at) == ("completed", None, None)
    rows = list(EventStatusHistory.objects.values_list("from_status", "to_status", "changed_by"))
    assert rows == [("published", "live", None), ("live", "completed", None)]
    assert event.sessions.get().status == "completed"


def test_a_live_event_completes_by_itself() -> None:
    event = LiveEventFactory(starts_at=AT, duration_minutes=60)

    assert complete_overdue_events(AT + timedelta(minutes=90)) == 1

    event.refresh_from_db()
    assert (event.status, event.actual_ended_at) == ("completed", AT + timedelta(minutes=60))
    assert EventStatusHistory.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "completed", "closed", "cancelled"])
def test_nothing_else_completes_by_itself(state: str) -> None:
    EventFactory(status=state, starts_at=AT)

    assert complete_overdue_events(AT + timedelta(days=9)) == 0


def test_someone_elses_event_has_no_steps(client: APIClient, api_as: Callable[..., APIClient]) -> None:
    event = EventFactory()

    for step in FACTS:
        assert client.post(f"{EVENTS}{event.pk}/{step}/").status_code == 404
        assert client.post(f"{EVENTS}not-a-uuid/{step}/").status_code == 404
    event.refresh_from_db()
    assert event.status == "draft"


class AnyWalkThroughTheStates(TestCase):
    """Whatever order the verbs come in, the history is a path of the table and ends in the state."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(sorted(TRANSITIONS)), max_size=12))
    def test_walk(self, steps: list[str]) -> None:
        event = EventFactory()
        expected = "draft"
        for step in steps:
            verb = getattr(lifecycle, f"{step}_event")
            target = ALLOWED.get((expected, step))
            try:
                verb(event_id=event.pk, actor=Actor.system(), at=AT)
            except InvalidState:
                assert target is None
            else:
                assert target is not None
                expected = target
        assert Event.objects.get(pk=event.pk).status == expected
        rows = list(EventStatusHistory.objects.filter(event=event).values_list("from_status", "to_status"))
        assert all(later[0] == earlier[1] for earlier, later in itertools.pairwise(rows))
