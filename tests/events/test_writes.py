"""What a program sends back after changing it in one place: that one place changes, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.models.ledger import Fact
from lyceum.events.models import Event
from tests.events.conftest import BODY, EVENTS
from tests.factories.events import EventFactory, PublishedEventFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
FIRST = {"title": "Morning", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 90}
SECOND = {"title": "Afternoon", "starts_at": "2040-06-04T13:00:00Z", "duration_minutes": 60}
METHODS = pytest.mark.parametrize("method", ["put", "patch"])
Shown = dict[str, Any]


@pytest.fixture
def send(client: APIClient) -> Callable[..., Any]:
    """Send an event back as GET shows it now, with these changes."""

    def write(event: Shown, *, method: str = "patch", **changes: Any) -> Any:
        path = f"{EVENTS}{event['uuid']}/"
        return getattr(client, method)(path, {**client.get(path).json(), **changes}, format="json")

    return write


def times(shown: Shown) -> tuple[str, int, str]:
    return shown["starts_at"], shown["duration_minutes"], shown["ends_at"]


TIME_CHANGES = [
    ({"starts_at": "2040-06-05T10:00:00Z"}, ("2040-06-05T10:00:00Z", 60, "2040-06-05T11:00:00Z")),
    ({"duration_minutes": 120}, ("2040-06-04T09:00:00Z", 120, "2040-06-04T11:00:00Z")),
    ({"ends_at": "2040-06-04T12:00:00Z"}, ("2040-06-04T09:00:00Z", 180, "2040-06-04T12:00:00Z")),
    (
        {"starts_at": "2040-06-05T10:00:00Z", "ends_at": "2040-06-05T12:00:00Z"},
        ("2040-06-05T10:00:00Z", 120, "2040-06-05T12:00:00Z"),
    ),
    (
        {"starts_at": "2040-06-05T10:00:00Z", "duration_minutes": 30},
        ("2040-06-05T10:00:00Z", 30, "2040-06-05T10:30:00Z"),
    ),
]


@METHODS
@pytest.mark.parametrize(("changes", "expected"), TIME_CHANGES)
def test_a_time_that_differs_wins_over_those_that_are_sent_back(
    make: Any, send: Any, method: str, changes: Any, expected: Any
) -> None:
    event = make()

    answer = send(event, method=method, **changes)

    assert answer.status_code == 200, answer.json()
    assert times(answer.json()) == expected
    [session] = answer.json()["sessions"]
    assert (times(session), session["is_implicit"], session["uuid"]) == (expected, True, event["sessions"][0]["uuid"])


@pytest.mark.parametrize(("changes", "expected"), TIME_CHANGES)
def test_so_does_that_of_a_session(make: Any, client: APIClient, changes: Any, expected: Any) -> None:
    event = make(sessions=[{**FIRST, "duration_minutes": 60}, SECOND])
    path = f"{EVENTS}{event['uuid']}/sessions/{event['sessions'][0]['uuid']}/"

    answer = client.put(path, {**client.get(path).json(), **changes}, format="json")

    assert (answer.status_code, times(answer.json())) == (200, expected)


@METHODS
def test_a_new_start_beside_all_sessions_moves_them_all(make: Any, send: Any, method: str) -> None:
    event = make(sessions=[FIRST, SECOND])

    moved = send(event, method=method, starts_at="2040-06-11T10:00:00+00:00").json()

    assert times(moved) == ("2040-06-11T10:00:00Z", 300, "2040-06-11T15:00:00Z")
    assert [times(row) for row in moved["sessions"]] == [
        ("2040-06-11T10:00:00Z", 90, "2040-06-11T11:30:00Z"),
        ("2040-06-11T14:00:00Z", 60, "2040-06-11T15:00:00Z"),
    ]


def test_a_session_and_the_start_may_change_in_one_go(make: Any, send: Any) -> None:
    event = make(sessions=[FIRST, SECOND])
    rows = [{**event["sessions"][0], "speaker": "Dr. Berg"}, event["sessions"][1]]

    changed = send(event, starts_at="2040-06-11T09:00:00Z", sessions=rows).json()

    assert [(row["starts_at"], row["speaker"]) for row in changed["sessions"]] == [
        ("2040-06-11T09:00:00Z", "Dr. Berg"), ("2040-06-11T13:00:00Z", ""),
    ]  # fmt: skip


def test_the_event_follows_the_session_that_stands_for_it(make: Any, send: Any) -> None:
    event = make()
    row = {**event["sessions"][0], "starts_at": "2040-06-05T10:00:00Z"}

    moved = send(event, sessions=[row]).json()

    assert times(moved) == ("2040-06-05T10:00:00Z", 60, "2040-06-05T11:00:00Z")
    assert [(row["is_implicit"], times(row)) for row in moved["sessions"]] == [(True, times(moved))]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"starts_at": "2040-06-05T09:00:00Z"}, "starts_at"),
        ({"duration_minutes": 61}, "duration_minutes"),
        ({"duration_minutes": None, "ends_at": "2040-06-04T15:00:00Z"}, "ends_at"),
    ],
)
def test_a_new_events_times_that_contradict_its_sessions_are_refused(
    client: APIClient, changes: Any, named: str
) -> None:
    values = {**BODY, "sessions": [FIRST, SECOND], **changes}
    answer = client.post(EVENTS, {key: value for key, value in values.items() if value is not None}, format="json")

    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, [named])
    assert not Event.objects.exists()


@pytest.mark.parametrize("minutes", [60, 90, 300])
def test_a_new_events_minutes_may_be_those_of_the_whole_or_of_a_session(make: Any, minutes: int) -> None:
    event = make(duration_minutes=minutes, sessions=[FIRST, SECOND])

    assert times(event) == ("2040-06-04T09:00:00Z", 300, "2040-06-04T14:00:00Z")


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": "2040-06-05T10:00:00Z", "duration_minutes": 30, "ends_at": "2040-06-05T12:00:00Z"},
        {"duration_minutes": 30, "ends_at": "2040-06-04T12:00:00Z"},
        {"capacity": 30, "max_attendees": 20},
        {"event_type": "lecture", "category": "webinar"},
        {"visibility": "unlisted", "is_public": True, "title": "New"},
        {"registration_deadline": "2040-06-01T09:00:00Z", "registration_closes_at": "2040-06-02T09:00:00Z"},
    ],
)
def test_two_that_contradict_each_other_are_refused(make: Any, send: Any, changes: Any) -> None:
    event = make(visibility="private")
    before, facts = Event.objects.values().get(pk=event["uuid"]), Fact.objects.count()

    answer = send(event, **changes)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert (Event.objects.values().get(pk=event["uuid"]), Fact.objects.count()) == (before, facts)


def test_sessions_that_move_and_a_start_that_says_otherwise_are_refused(make: Any, send: Any) -> None:
    event = make(sessions=[FIRST, SECOND])
    rows = [{**event["sessions"][0], "starts_at": "2040-06-04T10:00:00Z"}, event["sessions"][1]]

    refused = send(event, sessions=rows, starts_at="2040-06-04T11:00:00Z")

    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["starts_at"])
    assert send(event, sessions=rows, starts_at="2040-06-04T10:00:00Z").json()["starts_at"] == "2040-06-04T10:00:00Z"


def test_two_places_to_meet_are_refused_and_one_is_for_both(make: Any, send: Any) -> None:
    event = make(zoom_join_url="https://zoom.example.org/j/1")
    row = {**event["sessions"][0], "zoom_join_url": "https://zoom.example.org/j/2"}

    refused = send(event, sessions=[row], zoom_join_url="https://zoom.example.org/j/3")
    changed = send(event, zoom_join_url="https://zoom.example.org/j/3").json()

    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["zoom_join_url"])
    [session] = changed["sessions"]
    assert (changed["zoom_join_url"], session["zoom_join_url"]) == ("https://zoom.example.org/j/3",) * 2
    assert session["is_implicit"]


def test_rows_may_name_themselves_by_id(make: Any, client: APIClient) -> None:
    event = make(sessions=[FIRST, SECOND], custom_fields=[{"label": "Years", "field_type": "number"}])
    rows = [{"id": row["id"], "speaker": "Dr. Berg"} for row in event["sessions"]]
    questions = [{"id": event["custom_fields"][0]["id"], "label": "How many years?", "field_type": "number"}]

    changed = client.patch(
        f"{EVENTS}{event['uuid']}/", {"sessions": rows, "custom_fields": questions}, format="json"
    ).json()

    assert [(row["uuid"], row["speaker"]) for row in changed["sessions"]] == [
        (row["uuid"], "Dr. Berg") for row in event["sessions"]
    ]
    assert [row["uuid"] for row in changed["custom_fields"]] == [row["uuid"] for row in event["custom_fields"]]


def test_the_order_of_the_rows_is_theirs(make: Any, send: Any) -> None:
    event = make(sessions=[FIRST, SECOND], custom_fields=[{"label": str(n), "field_type": "text"} for n in range(3)])

    changed = send(event, sessions=event["sessions"][::-1], custom_fields=event["custom_fields"][::-1]).json()

    assert [row["title"] for row in changed["sessions"]] == ["Afternoon", "Morning"]
    assert [row["label"] for row in changed["custom_fields"]] == ["2", "1", "0"]


@pytest.mark.parametrize("state", ["live", "completed", "cancelled"])
def test_what_is_over_can_be_sent_back_and_not_changed(client: APIClient, owner: Any, send: Any, state: str) -> None:
    event = {"uuid": str(EventFactory(owner=owner, status=state).pk)}

    assert send(event).status_code == 200
    assert send(event, title="New").status_code == 409


def test_a_deadline_is_held_against_the_start_that_it_is_sent_with(make: Any, send: Any) -> None:
    event = make(registration_deadline="2040-06-01T09:00:00Z", sessions=[FIRST, SECOND])
    later = {"starts_at": "2040-07-02T09:00:00Z", "registration_deadline": "2040-07-01T09:00:00Z"}

    moved = send(event, **later)

    assert moved.status_code == 200, moved.json()
    assert {name: moved.json()[name] for name in later} == later
    assert send(event, sessions=[event["sessions"][0]], registration_deadline="2040-06-02T09:00:00Z").status_code == 200


UNKNOWN = [
    ({"max_attendes": 3}, ("max_attendes",), "max_attendees"),
    ({"maxAttendees": 3}, ("maxAttendees",), "max_attendees"),
    ({"isPublic": False}, ("isPublic",), "is_public"),
    ({"registration_closes": "2040-06-01T09:00:00Z"}, ("registration_closes",), "registration_closes_at"),
    ({"sessions": [{**FIRST, "speakers": "Dr. Berg"}]}, ("sessions", "0", "speakers"), "speaker"),
    ({"custom_fields": [{"label": "a", "field_type": "text", "requird": True}]}, ("custom_fields", "0", "requird"),
     "required"),
    ({"zoom_settings": {"waitingroom": True, "mute": True}}, ("zoom_settings", "waitingroom"), "waiting_room"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "meant"), UNKNOWN)
def test_a_name_that_is_not_known_is_refused_at_every_depth(
    client: APIClient, owner: Any, body: Any, path: Any, meant: str
) -> None:
    stored = EventFactory(owner=owner)
    answers = [
        client.post(EVENTS, {**BODY, **body}, format="json"),
        client.patch(f"{EVENTS}{stored.pk}/", body, format="json"),
        client.put(f"{EVENTS}{stored.pk}/", {"title": "New", **body}, format="json"),
    ]

    for answer in answers:
        assert answer.status_code == 422, answer.json()
        said = answer.json()["error"]["details"]
        for step in path:
            said = said[step]
        assert said == [f"There is no such field here. Did you mean `{meant}`?"]
    assert list(Event.objects.values_list("title", flat=True)) == [stored.title]


def test_below_an_event_too(make: Any, client: APIClient) -> None:
    path = f"{EVENTS}{make()['uuid']}/"
    for part, body, wrong in (
        ("ticket-types/", {"name": "Students", "quantiy": 3}, "quantiy"),
        ("sessions/", {**SECOND, "speeker": "x"}, "speeker"),
        ("custom-fields/", {"label": "a", "field_type": "text", "option": ["a"]}, "option"),
        ("reminders/", {"send_hours_befor": 3, "reminder_type": "before_1h"}, "send_hours_befor"),
        ("invitations/", {"emails": ["a@example.org"], "send_now": True}, "send_now"),
        ("duplicate/", {"start_at": "2040-06-05T10:00:00Z"}, "start_at"),
        ("cancel/", {"reasons": "x"}, "reasons"),
    ):
        answer = client.post(f"{path}{part}", body, format="json")
        assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, [wrong])
    people = client.post(
        f"{path}invitations/", {"people": [{"email": "a@example.org", "fullname": "A"}]}, format="json"
    ).json()["error"]["details"]["people"]["0"]
    assert people == {"fullname": ["There is no such field here. Did you mean `full_name`?"]}
    assert Event.objects.get().status == "draft"


def test_only_so_much_of_what_is_not_known_is_told(client: APIClient) -> None:
    body = {**BODY, **{f"{'x' * 100}{number}": 1 for number in range(1000)}}

    answer = client.post(EVENTS, body, format="json")

    assert answer.status_code == 422
    details = answer.json()["error"]["details"]
    assert len(details) <= 10
    assert all(len(name) <= 40 for name in details)


def test_what_the_answer_shows_and_nobody_can_write_is_ignored(make: Any, send: Any) -> None:
    event = make()

    answer = send(
        event, status="published", owner={"id": "x"}, registration_count=9, slug="mine", can_register=True,
        sessions=[{**event["sessions"][0], "status": "live", "is_implicit": False, "session_number": 7}],
    )  # fmt: skip

    assert answer.status_code == 200, answer.json()
    shown = answer.json()
    assert {name for name in event if event[name] != shown[name]} <= {"updated_at"}


SECOND_NAMES = {
    "category": ("event_type", "lecture", "lecture"),
    "max_attendees": ("capacity", 3, 3),
    "registration_closes_at": ("registration_deadline", "2040-06-01T09:00:00Z", "2040-06-01T09:00:00Z"),
    "cpd_type": ("cpd_credit_type", "CME", "CME"),
    "cpd_credits": ("cpd_credit_value", 2.5, 2.5),
    "format": ("format", "in-person", "in_person"),
    "is_public": ("visibility", False, "unlisted"),
}


@pytest.mark.parametrize("name", SECOND_NAMES)
def test_another_name_is_read_and_not_answered(make: Any, send: Any, name: str) -> None:
    own, sent, kept = SECOND_NAMES[name]
    changed = send(make(), **{name: sent})
    created = make(**{name: sent})

    assert changed.status_code == 200, changed.json()
    assert (float(created[own]) if name == "cpd_credits" else created[own]) == kept
    assert changed.json()[own] == created[own]
    assert (name in created) == (name in {"category", "max_attendees", "format"})


def test_both_names_of_a_new_event_say_the_same_or_are_refused(client: APIClient) -> None:
    same = {**BODY, "capacity": 3, "max_attendees": 3, "visibility": "public", "is_public": True}
    differing = {**BODY, "capacity": 3, "max_attendees": 4, "visibility": "public", "is_public": False}

    refused = client.post(EVENTS, differing, format="json")

    assert client.post(EVENTS, same, format="json").status_code == 201
    assert refused.status_code == 422
    assert Event.objects.count() == 1


def test_a_private_event_that_is_not_public_stays_private(make: Any, client: APIClient) -> None:
    path = f"{EVENTS}{make(visibility='private')['uuid']}/"

    assert client.patch(path, {"is_public": False}, format="json").json()["visibility"] == "private"
    assert client.patch(path, {"is_public": True}, format="json").json()["visibility"] == "public"
    assert client.patch(path, {"is_public": False}, format="json").json()["visibility"] == "unlisted"


def test_the_speaker_of_a_session_has_another_name(make: Any, client: APIClient) -> None:
    event = make(sessions=[{**FIRST, "speaker_names": "Dr. Berg"}, SECOND])
    path = f"{EVENTS}{event['uuid']}/sessions/{event['sessions'][0]['uuid']}/"
    shown = client.get(path).json()

    changed = client.patch(path, {**shown, "speaker_names": "Dr. Okafor"}, format="json").json()

    assert (shown["speaker"], changed["speaker"]) == ("Dr. Berg", "Dr. Okafor")
    assert "speaker_names" not in changed
    assert client.patch(path, {"speaker": "A", "speaker_names": "B"}, format="json").status_code == 422


def test_the_short_text_is_shown_wherever_events_are(client: APIClient, api: APIClient, owner: Any) -> None:
    event = PublishedEventFactory(owner=owner, title="Suturing")
    path = f"{EVENTS}{event.pk}/"

    answer = client.patch(path, {"short_description": "Knots for beginners."}, format="json")

    assert answer.status_code == 200
    shown = [
        client.get(path).json(),
        client.get(EVENTS).json()["results"][0],
        api.get("/api/v1/public/events/?search=knots").json()["results"][0],
        api.get(f"/api/v1/public/events/{event.slug}/").json(),
        client.post(f"{path}duplicate/").json(),
    ]
    assert [one["short_description"] for one in shown] == ["Knots for beginners."] * 5
    assert "Knots for beginners." in api.get("/").content.decode()
    assert (
        '<meta name="description" content="Knots for beginners.">' in api.get(f"/events/{event.slug}/").content.decode()
    )
    for wrong in ("x" * 501, "two\nlines"):
        assert client.patch(path, {"short_description": wrong}, format="json").status_code == 422


def test_an_event_says_whether_it_has_several_sessions(make: Any, client: APIClient) -> None:
    event = make()
    path = f"{EVENTS}{event['uuid']}/"
    added = client.post(f"{path}sessions/", SECOND, format="json").json()
    several = client.get(path).json()["is_multi_session"]
    client.delete(f"{path}sessions/{added['uuid']}/")

    assert (event["is_multi_session"], several) == (False, True)
    assert client.get(path).json()["is_multi_session"] is False
    assert make(sessions=[FIRST, SECOND])["is_multi_session"] is True
    assert [row["is_multi_session"] for row in client.get(EVENTS).json()["results"]] == [True, False]


def test_an_event_says_whose_it_is(client: APIClient, api: APIClient, owner: Any) -> None:
    event = PublishedEventFactory(owner=owner)
    name, key = owner.public_organizer_name, str(owner.pk)
    shown = client.get(f"{EVENTS}{event.pk}/").json()["owner"]
    assert {part: shown[part] for part in ("id", "uuid", "display_name")} == {
        "id": key, "uuid": key, "display_name": name,
    }  # fmt: skip
    for public, known in ((False, None), (True, key)):
        owner.is_organizer_profile_public = public
        owner.save()
        listed = api.get("/api/v1/public/events/").json()["results"][0]["organizer"]
        assert listed == {"id": known, "uuid": known, "display_name": name}
