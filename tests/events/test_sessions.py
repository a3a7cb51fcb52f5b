"""The parts of an event."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.events.models import Event, EventSession, EventStatusHistory, Meeting
from lyceum.events.services.meetings import assign_event_meeting, note_meeting_error, save_event_meeting
from lyceum.events.services.session_lifecycle import complete_session, start_session
from tests.events.conftest import AT, EVENTS
from tests.factories.events import EventFactory, EventSessionFactory, PublishedEventFactory

pytestmark = pytest.mark.django_db

FIRST = {"title": "Basics", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}
SECOND = {"title": "Practice", "starts_at": "2040-06-05T09:00:00Z", "duration_minutes": 120}
START = datetime(2040, 6, 4, 9, tzinfo=UTC)


def sessions(client: APIClient, event: dict[str, Any]) -> list[dict[str, Any]]:
    return client.get(f"{EVENTS}{event['uuid']}/sessions/").json()["results"]


def test_the_implicit_session_is_listed(make: Any, client: APIClient) -> None:
    rows = sessions(client, make())

    assert [(row["is_implicit"], row["title"], row["session_number"]) for row in rows] == [(True, "Wound care", 1)]


def test_the_first_named_session_takes_the_implicit_ones_place(make: Any, client: APIClient) -> None:
    event = make()
    for body in (FIRST, SECOND):
        assert client.post(f"{EVENTS}{event['uuid']}/sessions/", body).status_code == 201

    assert [(row["session_number"], row["title"]) for row in sessions(client, event)] == [
        (1, "Basics"),
        (2, "Practice"),
    ]
    after = client.get(f"{EVENTS}{event['uuid']}/").json()
    assert (after["starts_at"], after["ends_at"]) == ("2040-06-04T09:00:00Z", "2040-06-05T11:00:00Z")
    assert after["duration_minutes"] == 26 * 60


def test_a_session_at_another_time_makes_the_implicit_one_a_part(make: Any, client: APIClient) -> None:
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/sessions/", SECOND)

    assert [(row["title"], row["is_implicit"]) for row in sessions(client, event)] == [
        ("Wound care", False),
        ("Practice", False),
    ]


def test_numbers_follow_the_times_and_the_order_is_free(make: Any, client: APIClient) -> None:
    event = make(sessions=[FIRST, SECOND])
    earlier = {"title": "Welcome", "starts_at": "2040-06-03T09:00:00Z", "duration_minutes": 15}
    client.post(f"{EVENTS}{event['uuid']}/sessions/", earlier)
    rows = {row["title"]: row for row in sessions(client, event)}
    assert {title: row["session_number"] for title, row in rows.items()} == {"Welcome": 1, "Basics": 2, "Practice": 3}

    order = [rows[title]["uuid"] for title in ("Practice", "Welcome", "Basics")]
    answer = client.post(f"{EVENTS}{event['uuid']}/sessions/reorder/", {"order": order})

    assert answer.status_code == 200
    assert [row["title"] for row in sessions(client, event)] == ["Practice", "Welcome", "Basics"]
    assert client.post(f"{EVENTS}{event['uuid']}/sessions/reorder/", {"order": order[:2]}).status_code == 422
    assert client.post(f"{EVENTS}{event['uuid']}/sessions/reorder/", {"order": ["x"]}).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**FIRST, "duration_minutes": 14}, 422),
        ({**FIRST, "duration_minutes": 481}, 422),
        ({"title": "x", "starts_at": "2040-06-04T09:00:00Z", "ends_at": "2040-06-04T08:00:00Z"}, 422),
        ({"title": "x", "starts_at": "2040-07-06T09:00:00Z", "duration_minutes": 60}, 422),
        ({"title": "x", "starts_at": "2019-07-06T09:00:00Z", "duration_minutes": 60}, 422),
        ({"title": "x", "starts_at": "2040-06-04T09:00:00Z"}, 400),
        ({"title": "x", "duration_minutes": 60}, 400),
    ],
)
def test_sessions_with_impossible_times_are_refused(make: Any, client: APIClient, body: Any, status: int) -> None:
    # F17
    event = make(sessions=[FIRST, SECOND])

    assert client.post(f"{EVENTS}{event['uuid']}/sessions/", body).status_code == status
    assert len(sessions(client, event)) == 2


def test_moving_a_session_moves_the_event(make: Any, client: APIClient) -> None:
    # C33: the event's own columns stay in step.
    event = make(sessions=[FIRST, SECOND])
    client.post(f"{EVENTS}{event['uuid']}/publish/")
    last = sessions(client, event)[1]["uuid"]

    client.patch(f"{EVENTS}{event['uuid']}/sessions/{last}/", {"starts_at": "2040-06-10T09:00:00Z"})

    assert Event.objects.get().ends_at == datetime(2040, 6, 10, 11, tzinfo=UTC)
    assert Fact.objects.filter(name="events.event_times_changed").count() == 1


def test_a_whole_list_is_compared_by_uuid(make: Any, client: APIClient) -> None:
    event = make(sessions=[FIRST, SECOND])
    kept = event["sessions"][0]["uuid"]

    answer = client.patch(
        f"{EVENTS}{event['uuid']}/",
        {"sessions": [{"uuid": kept, "title": "Renamed"}, {**SECOND, "title": "New"}]},
        format="json",
    )

    assert [(row["title"], row["uuid"] == kept) for row in answer.json()["sessions"]] == [
        ("Renamed", True),
        ("New", False),
    ]
    stranger = EventSessionFactory()
    refused = client.patch(f"{EVENTS}{event['uuid']}/", {"sessions": [{"uuid": str(stranger.pk)}]}, format="json")
    assert refused.status_code == 422


def test_the_last_session_stays(make: Any, client: APIClient) -> None:
    event = make()
    only = sessions(client, event)[0]["uuid"]

    for answer in (
        client.delete(f"{EVENTS}{event['uuid']}/sessions/{only}/"),
        client.post(f"{EVENTS}{event['uuid']}/sessions/{only}/cancel/"),
    ):
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "LAST_SESSION"
    assert EventSession.objects.get().status == "scheduled"


def test_deleting_a_session_shrinks_the_event(make: Any, client: APIClient) -> None:
    event = make(sessions=[FIRST, SECOND])
    assert client.delete(f"{EVENTS}{event['uuid']}/sessions/{event['sessions'][0]['uuid']}/").status_code == 204

    assert Event.objects.get().starts_at == datetime(2040, 6, 5, 9, tzinfo=UTC)
    assert EventSession.objects.get().session_number == 1


def test_the_first_session_live_makes_the_event_live_and_the_last_ends_it(make: Any, client: APIClient) -> None:
    # C34
    event = make(sessions=[FIRST, SECOND])
    address = f"{EVENTS}{event['uuid']}/"
    first, second = (f"{address}sessions/{one['uuid']}/" for one in event["sessions"])
    assert client.post(f"{first}start/").status_code == 409
    client.post(f"{address}publish/")

    assert client.post(f"{first}start/").json()["status"] == "live"
    assert client.get(address).json()["status"] == "live"
    assert client.post(f"{first}start/").status_code == 409
    assert client.post(f"{second}complete/").status_code == 409
    assert client.post(f"{first}complete/").json()["status"] == "completed"
    assert client.get(address).json()["status"] == "live"
    client.post(f"{second}start/")
    client.post(f"{second}complete/")

    assert client.get(address).json()["status"] == "completed"
    rows = EventStatusHistory.objects.values_list("to_status", flat=True)
    assert list(rows) == ["published", "live", "completed"]


def test_cancelling_the_last_open_session_completes_a_live_event(make: Any, client: APIClient) -> None:
    # C34
    event = make(sessions=[FIRST, SECOND])
    address = f"{EVENTS}{event['uuid']}/"
    first, second = (f"{address}sessions/{one['uuid']}/" for one in event["sessions"])
    client.post(f"{address}publish/")
    client.post(f"{first}start/")
    client.post(f"{first}complete/")

    cancelled = client.post(f"{second}cancel/", {"reason": "No power."}).json()

    assert (cancelled["status"], cancelled["cancellation_reason"]) == ("cancelled", "No power.")
    assert client.get(address).json()["status"] == "completed"


def test_cancelling_sessions_never_completes_a_draft(make: Any, client: APIClient) -> None:
    # C34, C35
    event = make(sessions=[FIRST, SECOND])
    client.post(f"{EVENTS}{event['uuid']}/sessions/{event['sessions'][0]['uuid']}/cancel/")

    after = client.get(f"{EVENTS}{event['uuid']}/").json()
    assert (after["status"], after["starts_at"]) == ("draft", "2040-06-05T09:00:00Z")
    assert [row.title for row in EventSession.objects.counting()] == ["Practice"]


def test_the_system_starts_and_ends_sessions_for_a_meeting() -> None:
    event = PublishedEventFactory(zoom_meeting_id="85312345678")
    session = event.sessions.get()

    start_session(session_id=session.pk, actor=Actor.system(), at=AT, started_at=START)
    complete_session(session_id=session.pk, actor=Actor.system(), at=AT, ended_at=AT)

    event.refresh_from_db()
    session.refresh_from_db()
    assert (event.status, event.actual_started_at) == ("completed", START)
    assert (session.status, session.actual_started_at, session.actual_ended_at) == ("completed", START, AT)


def test_the_events_meeting_stands_on_the_implicit_session_only(make: Any, client: APIClient) -> None:
    event = make(zoom_meeting_id="85312345678")
    address = f"{EVENTS}{event['uuid']}/"
    assert sessions(client, event)[0]["zoom_meeting_id"] == "85312345678"

    client.post(f"{address}sessions/", {**SECOND, "zoom_meeting_id": "99912345678"})
    assert [row["zoom_meeting_id"] for row in sessions(client, event)] == ["", "99912345678"]
    client.patch(address, {"zoom_meeting_id": "77712345678"})
    assert [row["zoom_meeting_id"] for row in sessions(client, event)] == ["", "99912345678"]


def test_a_named_only_session_leaves_the_meeting_to_its_event(make: Any, client: APIClient) -> None:
    event = make(zoom_meeting_id="85312345678")
    address = f"{EVENTS}{event['uuid']}/sessions/{event['sessions'][0]['uuid']}/"

    renamed = client.patch(address, {"title": "Practice"}).json()

    assert (renamed["is_implicit"], renamed["zoom_meeting_id"]) == (False, "")


def test_only_the_meeting_may_change_while_the_event_is_live(client: APIClient, owner: Any) -> None:
    event = EventFactory(owner=owner, status="live")
    address = f"{EVENTS}{event.pk}/sessions/{event.sessions.get().pk}/"

    assert client.patch(address, {"zoom_meeting_id": "85312345678"}).status_code == 200
    assert client.patch(address, {"title": "New"}).status_code == 409
    assert client.patch(address, {"duration_minutes": 30}).status_code == 409
    assert client.post(f"{EVENTS}{event.pk}/sessions/", FIRST).status_code == 409
    assert client.delete(address).status_code == 409


def test_own_credits_and_thresholds(make: Any, client: APIClient) -> None:
    # C37
    event = make(sessions=[{**FIRST, "cpd_credit_value_override": "0.75", "minimum_attendance_percent": 60}, SECOND])

    assert event["sessions"][0]["cpd_credit_value_override"] == 0.75
    assert event["sessions"][0]["minimum_attendance_percent"] == 60
    refused = client.post(f"{EVENTS}{event['uuid']}/sessions/", {**FIRST, "cpd_credit_value_override": 101})
    assert refused.status_code == 422


def test_someone_elses_sessions_are_absent(client: APIClient, make: Any) -> None:
    # A16, A17
    foreign = EventFactory()
    session = foreign.sessions.get()
    own = make()["uuid"]

    for address in (
        f"{EVENTS}{foreign.pk}/sessions/",
        f"{EVENTS}{foreign.pk}/sessions/{session.pk}/",
        f"{EVENTS}{own}/sessions/{session.pk}/",
        f"{EVENTS}{own}/sessions/nonsense/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"{EVENTS}{own}/sessions/{session.pk}/start/").status_code == 404
    assert client.patch(f"{EVENTS}{own}/sessions/{session.pk}/", {"title": "x"}).status_code == 404
    assert client.delete(f"{EVENTS}{own}/sessions/{session.pk}/").status_code == 404


def test_what_is_wrong_with_a_meeting_stays_when_its_place_is_entered() -> None:
    event = Event.objects.get(pk=EventFactory(zoom_meeting_id="85312345678").pk)
    changed = assign_event_meeting(event, {"zoom_join_url": "https://zoom.us/j/1", "zoom_meeting_id": "85312345678"})
    note_meeting_error(event_id=event.pk, error="It was deleted.")
    save_event_meeting(event, changed, at=AT)
    meeting = Meeting.objects.get(event=event)
    assert (meeting.number, meeting.join_url, meeting.error) == (
        "85312345678",
        "https://zoom.us/j/1",
        "It was deleted.",
    )


def test_the_implicit_session_meets_where_its_event_does(make: Any, client: APIClient) -> None:
    event = make(zoom_meeting_id="85312345678", zoom_enabled=True)
    address = f"{EVENTS}{event['uuid']}/"
    first = f"{address}sessions/{event['sessions'][0]['uuid']}/"

    client.patch(address, {"zoom_meeting_id": "77712345678"})
    assert [row["zoom_meeting_id"] for row in sessions(client, event)] == ["77712345678"]
    own = client.patch(first, {"zoom_join_url": "https://zoom.us/j/1"}).json()
    assert (own["zoom_meeting_id"], own["zoom_join_url"]) == ("77712345678", "https://zoom.us/j/1")
    assert client.get(address).json()["zoom_join_url"] == ""
    client.patch(address, {"zoom_meeting_id": "66612345678"})
    assert sessions(client, event)[0]["zoom_meeting_id"] == "66612345678"
    named = client.patch(first, {"title": "Practice"}).json()
    assert (named["zoom_enabled"], named["zoom_meeting_id"], named["zoom_join_url"]) == (
        True,
        "",
        "https://zoom.us/j/1",
    )
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_meetings_cost_no_query_of_their_own(
    make: Any, client: APIClient, count: int, django_assert_num_queries: Any
) -> None:
    event = make(
        zoom_meeting_id="85312345678",
        sessions=[{**FIRST, "zoom_meeting_id": f"9991234567{number}"} for number in range(count)],
    )
    client.get(f"{EVENTS}{event['uuid']}/sessions/")
    with django_assert_num_queries(3):
        assert len(sessions(client, event)) == count
