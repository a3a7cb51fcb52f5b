"""Somebody else's Zoom meeting: who gets what Zoom reports, told through the signed webhook with two organizers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import PermissionDenied
from lyceum.core.work.due_work import drain
from lyceum.events.models import MeetingHost
from lyceum.events.services.meeting_hosts import give_host
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services.replay import replay_deliveries
from lyceum.integrations.zoom.fake import FakeMeeting, Person
from tests.factories.accounts import OrganizerFactory, StaffFactory
from tests.factories.zoom import client_zoom
from tests.registrations.attendance.world import MEETING_ID, START, device, minute

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events/"
CLAIMED = (409, "MEETING_CLAIMED")
STRANGER = Person("Grace Hopper", "grace@example.net", uuid="g-1", user_id="901")


class Stage:
    """Two organizers, a clock, and Zoom."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> None:
        self.at = minute(-3000)
        monkeypatch.setattr(clock, "now", lambda: self.at)
        self.zoom = client_zoom()
        self.people = {name: OrganizerFactory(email=f"{name}@example.com") for name in ("victoria", "malory")}
        self.clients = {name: api_as(person) for name, person in self.people.items()}
        # Victoria's meeting, in her own Zoom account.
        self.meeting = FakeMeeting(MEETING_ID, "u==", START, host_id="victoria-in-zoom", account_id="victorias-zoom")

    def event(self, name: str, *, starts_at: datetime = START, publish: bool = True, **values: Any) -> str:
        """Make an event through the API as one of the two; return its id."""
        body = {"title": f"By {name}", "starts_at": starts_at.isoformat(), "duration_minutes": 60, **values}
        made = self.clients[name].post(EVENTS, body, format="json")
        assert made.status_code == 201, made.json()
        if publish:
            assert self.clients[name].post(f"{EVENTS}{made.json()['uuid']}/publish/").status_code == 200
        return str(made.json()["uuid"])

    def register(self, event: str, name: str) -> None:
        body = {"email": f"{name.lower()}@example.org", "name": name}
        answer = APIClient().post(f"/api/v1/public/events/{event}/register/", body, format="json")
        assert answer.status_code == 201, answer.json()

    def enter(self, name: str, event: str, number: str = MEETING_ID) -> tuple[int, str]:
        """Write a meeting's number into an event; return the status and the code of a refusal."""
        answer = self.clients[name].patch(f"{EVENTS}{event}/", {"zoom_meeting_id": number}, format="json")
        return answer.status_code, answer.json().get("error", {}).get("code", "")

    def tell(self, *bodies: dict[str, Any], at: datetime) -> None:
        self.at = at
        for body in bodies:
            assert self.zoom.deliver(body, at=at) == 200
        drain(at)
        assert not InboundDelivery.objects.filter(status="failed").exists()

    def unmatched(self, name: str, event: str) -> list[str]:
        rows = self.clients[name].get(f"{EVENTS}{event}/registrations/unmatched-attendance/").json()
        return sorted(row["participant_name"] for row in rows["results"])

    def minutes(self, name: str, event: str) -> list[int]:
        rows = self.clients[name].get(f"{EVENTS}{event}/aggregate-attendance/").json()["results"]
        return [row["total_attendance_minutes"] for row in rows]

    def recompute(self, name: str, event: str) -> None:
        answer = self.clients[name].post(f"{EVENTS}{event}/registrations/recompute-attendance/")
        assert answer.status_code == 200

    def shown_to(self, name: str, event: str) -> str:
        """Return everything that the API says to an organizer about who was there."""
        routes = (
            "registrations/unmatched-attendance/", "registrations/", "aggregate-attendance/", "attendees/",
            "registrations/export/?export_format=csv", "",
        )  # fmt: skip
        answers = [self.clients[name].get(f"{EVENTS}{event}/{route}") for route in routes]
        assert {answer.status_code for answer in answers} == {200}
        return "\n".join(
            b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            for answer in answers
        )

    def stay(self, person: Person, begin: float = 0, end: float = 60) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.meeting.joined(person, minute(begin)), self.meeting.left(person, minute(end))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> Stage:
    return Stage(monkeypatch, api_as)


def test_a_number_that_another_organizer_uses_is_refused(stage: Stage) -> None:
    stage.event("victoria", zoom_meeting_id=MEETING_ID)
    hers = stage.event("malory", publish=False)
    for typed in (MEETING_ID, "857 4606 5432", "857-4606-5432", f"https://zoom.us/j/{MEETING_ID}?pwd=x"):
        assert stage.enter("malory", hers, typed) == CLAIMED
    answer = stage.clients["malory"].patch(f"{EVENTS}{hers}/", {"zoom_meeting_id": MEETING_ID}, format="json").json()
    assert answer["error"]["details"] == {"zoom_meeting_id": MEETING_ID}
    assert "start it in Zoom" in answer["error"]["message"]
    assert "victoria" not in str(answer).lower()
    assert stage.clients["malory"].get(f"{EVENTS}{hers}/").json()["zoom_meeting_id"] == ""


@pytest.mark.parametrize("way", ["create", "new session", "session", "whole list", "with sessions"])
def test_every_way_of_entering_a_number_is_refused(stage: Stage, way: str) -> None:
    stage.event("victoria", zoom_meeting_id=MEETING_ID)
    client, hers = stage.clients["malory"], stage.event("malory", publish=False)
    part = {"title": "Part", "starts_at": minute(0).isoformat(), "duration_minutes": 60, "zoom_meeting_id": MEETING_ID}
    body = {"title": "Another", "starts_at": minute(0).isoformat(), "duration_minutes": 60}
    session = client.get(f"{EVENTS}{hers}/").json()["sessions"][0]["uuid"]
    calls: dict[str, Callable[[], Any]] = {
        "create": lambda: client.post(EVENTS, {**body, "zoom_meeting_id": MEETING_ID}, format="json"),
        "with sessions": lambda: client.post(EVENTS, {"title": "Another", "sessions": [part]}, format="json"),
        "new session": lambda: client.post(f"{EVENTS}{hers}/sessions/", part, format="json"),
        "session": lambda: client.patch(
            f"{EVENTS}{hers}/sessions/{session}/", {"zoom_meeting_id": MEETING_ID}, format="json"
        ),
        "whole list": lambda: client.patch(f"{EVENTS}{hers}/", {"sessions": [part]}, format="json"),
    }
    answer = calls[way]()
    assert (answer.status_code, answer.json()["error"]["code"]) == CLAIMED
    assert client.get(EVENTS).json()["count"] == 1


def test_the_real_organizers_people_keep_their_minutes(stage: Stage) -> None:
    hers = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.register(hers, "Ada")
    theirs = stage.event("malory")
    stage.enter("malory", theirs)
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(device("Ada")), *stage.stay(STRANGER), at=minute(61))
    assert stage.minutes("victoria", hers) == [60]
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]
    assert "grace" not in stage.shown_to("malory", theirs).lower()


HOST = Person("Victoria", "victoria@example.com", uuid="h", user_id="1", account_id="victoria-in-zoom")


def test_a_proven_zoom_account_reports_to_its_organizer_alone(stage: Stage) -> None:
    stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.tell(
        stage.meeting.started(minute(0)),
        stage.meeting.joined(HOST, minute(0)),
        *stage.stay(device("Ada")),
        at=minute(61),
    )
    # Another meeting of hers, which she hasn't entered yet; somebody has seen its number.
    later = START + timedelta(days=2)
    stage.meeting = FakeMeeting("99988877766", "v==", later, host_id="victoria-in-zoom", account_id="victorias-zoom")
    theirs = stage.event("malory", starts_at=later, zoom_meeting_id="99988877766")
    stage.tell(
        stage.meeting.started(later),
        stage.meeting.joined(STRANGER, later),
        stage.meeting.left(STRANGER, later + timedelta(minutes=60)),
        at=later + timedelta(minutes=61),
    )
    stage.recompute("malory", theirs)
    assert stage.unmatched("malory", theirs) == []
    assert "grace" not in stage.shown_to("malory", theirs).lower()
    assert "grace" not in str(list(InboundDelivery.objects.values_list("payload", flat=True))).lower()
    # The number is hers by now, and who had taken it is told.
    assert "somebody else" in stage.clients["malory"].get(f"{EVENTS}{theirs}/").json()["zoom_error"]
    hers = stage.event("victoria", starts_at=later + timedelta(days=1))
    assert stage.enter("victoria", hers, "99988877766") == (200, "")
    assert stage.enter("malory", theirs, "999 8887 7766") == (200, "")  # what stands there already
    other = stage.event("malory", starts_at=later + timedelta(days=9), publish=False)
    assert stage.enter("malory", other, "99988877766") == CLAIMED


def test_an_account_that_another_ran_first_shows_nobody_who_isnt_registered(stage: Stage) -> None:
    stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(device("Ada")), at=minute(61))
    # Another meeting of the same account, that of a colleague or of somebody who has seen its number.
    later = START + timedelta(days=2)
    stage.meeting = FakeMeeting("99988877766", "v==", later, host_id="victoria-in-zoom", account_id="victorias-zoom")
    theirs = stage.event("malory", starts_at=later, zoom_meeting_id="99988877766")
    stage.register(theirs, "Ada")
    for person in (device("Ada"), STRANGER):
        stage.tell(
            stage.meeting.joined(person, later),
            stage.meeting.left(person, later + timedelta(minutes=60)),
            at=later + timedelta(minutes=61),
        )
    stage.recompute("malory", theirs)
    assert stage.minutes("malory", theirs) == [60]
    assert stage.unmatched("malory", theirs) == []
    assert "grace" not in stage.shown_to("malory", theirs).lower()
    error = stage.clients["malory"].get(f"{EVENTS}{theirs}/").json()["zoom_error"]
    assert "another organizer here has used first" in error
    assert "victoria" not in error.lower()
    # The host herself proves whose it is: what was taken in stays, and nothing more comes.
    stage.tell(stage.meeting.joined(HOST, later + timedelta(minutes=62)), at=later + timedelta(minutes=62))
    stage.tell(stage.meeting.joined(STRANGER, later + timedelta(minutes=63)), at=later + timedelta(minutes=63))
    assert stage.minutes("malory", theirs) == [60]
    assert "somebody else" in stage.clients["malory"].get(f"{EVENTS}{theirs}/").json()["zoom_error"]
    assert "grace" not in stage.shown_to("malory", theirs).lower()


def test_a_proof_shows_the_names_and_takes_the_note_away(stage: Stage) -> None:
    stage.event("malory", zoom_meeting_id="99988877766")
    first = FakeMeeting("99988877766", "v==", START, host_id="victoria-in-zoom", account_id="victorias-zoom")
    stage.tell(first.started(minute(0)), first.joined(STRANGER, minute(0)), at=minute(1))
    # Malory was quicker with the account; Victoria's own number is hers all the same.
    hers = stage.event("victoria", starts_at=minute(120), zoom_meeting_id=MEETING_ID)
    stage.register(hers, "Ada")
    for person in (device("Ada"), STRANGER):
        stage.tell(stage.meeting.joined(person, minute(120)), stage.meeting.left(person, minute(180)), at=minute(181))
    assert stage.minutes("victoria", hers) == [60]
    assert stage.unmatched("victoria", hers) == []
    stage.tell(stage.meeting.joined(HOST, minute(182)), at=minute(182))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]
    assert stage.clients["victoria"].get(f"{EVENTS}{hers}/").json()["zoom_error"] == ""


def test_a_number_entered_afterwards_brings_nothing_out_of_the_inbox(stage: Stage) -> None:
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    assert "grace" not in str(list(InboundDelivery.objects.values_list("payload", flat=True))).lower()
    for starts_at in (START + timedelta(days=20), minute(62)):
        theirs = stage.event("malory", starts_at=starts_at, zoom_meeting_id=MEETING_ID)
        stage.recompute("malory", theirs)
        replay_deliveries(ids=list(InboundDelivery.objects.values_list("pk", flat=True)), at=stage.at)
        drain(stage.at)
        assert stage.unmatched("malory", theirs) == []
        assert "grace" not in stage.shown_to("malory", theirs).lower()


def test_a_stored_delivery_is_never_older_than_the_claim(stage: Stage) -> None:
    # Entered while the meeting runs: what came before is nobody's, what comes after counts.
    hers = stage.event("victoria")
    stage.tell(stage.meeting.joined(STRANGER, minute(1)), at=minute(1))
    # As stored by a version that kept what nobody knew.
    InboundDelivery.objects.update(
        status="skipped", processed_at=None, payload=stage.meeting.joined(STRANGER, minute(1))
    )
    stage.at = minute(5)
    assert stage.enter("victoria", hers) == (200, "")
    stage.recompute("victoria", hers)
    assert stage.unmatched("victoria", hers) == []
    stage.tell(stage.meeting.joined(STRANGER, minute(6)), at=minute(6))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]


def test_what_lies_far_from_a_session_is_not_taken_in(stage: Stage) -> None:
    ahead = stage.event("malory", starts_at=START + timedelta(days=20), zoom_meeting_id=MEETING_ID)
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    stage.recompute("malory", ahead)
    assert stage.unmatched("malory", ahead) == []
    # So it was no proof either: whoever runs it first at its time owns it.
    stage.at = minute(100)
    assert stage.enter("malory", ahead, "") == (200, "")
    hers = stage.event("victoria", starts_at=START + timedelta(days=1), zoom_meeting_id=MEETING_ID)
    morrow = START + timedelta(days=1)
    stage.tell(stage.meeting.started(morrow), stage.meeting.joined(STRANGER, morrow), at=morrow)
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]


def test_a_number_is_released_after_its_time(stage: Stage) -> None:
    first = stage.event("malory", zoom_meeting_id=MEETING_ID)
    hers = stage.event("victoria", starts_at=START + timedelta(days=3), publish=False)
    stage.at = minute(61)
    assert stage.enter("victoria", hers) == CLAIMED
    stage.at = minute(60) + timedelta(hours=25)
    assert stage.enter("victoria", hers) == (200, "")
    again = stage.event("malory", starts_at=START + timedelta(days=4), publish=False)
    assert stage.enter("malory", again) == CLAIMED
    assert stage.clients["malory"].get(f"{EVENTS}{first}/").status_code == 200


@pytest.mark.parametrize("how", ["cancel", "delete", "blank"])
def test_a_number_is_released_with_its_event(stage: Stage, how: str) -> None:
    first = stage.event("malory", publish=how == "cancel", zoom_meeting_id=MEETING_ID)
    client = stage.clients["malory"]
    if how == "cancel":
        assert client.post(f"{EVENTS}{first}/cancel/", {"reason": "x"}, format="json").status_code == 200
    elif how == "delete":
        assert client.delete(f"{EVENTS}{first}/").status_code == 204
    else:
        assert stage.enter("malory", first, "") == (200, "")
    hers = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    if how == "delete":
        # Brought back, the draft shows that its number belongs to another event now.
        restored = client.post(f"{EVENTS}{first}/restore/").json()
        assert "Another organizer" in restored["zoom_error"]
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]


def test_one_number_for_several_events_of_one_organizer(stage: Stage) -> None:
    days = [
        stage.event("victoria", starts_at=START + timedelta(days=day), zoom_meeting_id=MEETING_ID) for day in (0, 1)
    ]
    for day, name in ((0, "Ada"), (1, "Bob")):
        begin = START + timedelta(days=day)
        me = device(name)
        stage.tell(
            stage.meeting.started(begin),
            stage.meeting.joined(me, begin),
            stage.meeting.left(me, begin + timedelta(minutes=60)),
            at=begin + timedelta(minutes=61),
        )
    assert [stage.unmatched("victoria", event) for event in days] == [["Ada"], ["Bob"]]


def test_two_events_of_one_organizer_at_once_lose_nothing(stage: Stage) -> None:
    first = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    second = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    assert sorted([stage.unmatched("victoria", first), stage.unmatched("victoria", second)]) == [[], ["Grace Hopper"]]


def test_the_hosts_address_proves_whose_meeting_it_is(stage: Stage) -> None:
    # Malory has guessed the number and the time before Victoria ever entered it.
    theirs = stage.event("malory", zoom_meeting_id=MEETING_ID)
    hers = stage.event("victoria")
    assert stage.enter("victoria", hers) == CLAIMED
    host = Person("Victoria", "Victoria@example.com", uuid="h", user_id="1", account_id="victoria-in-zoom")
    stage.tell(stage.meeting.started(minute(-10)), stage.meeting.joined(STRANGER, minute(-9)), at=minute(-9))
    assert stage.unmatched("malory", theirs) == ["Grace Hopper"]
    # What the refusal has told her to do: start it in Zoom, signed in there with the address of her account here.
    stage.tell(stage.meeting.joined(host, minute(-8)), at=minute(-8))
    assert stage.enter("victoria", hers) == (200, "")
    assert stage.unmatched("malory", theirs) == []
    assert "grace" not in stage.shown_to("malory", theirs).lower()
    said = stage.clients["malory"].get(f"{EVENTS}{theirs}/").json()["zoom_error"]
    assert "somebody else" in said
    stage.tell(*stage.stay(STRANGER, 1, 60), at=minute(61))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]
    assert stage.unmatched("malory", theirs) == []


def test_an_address_that_nobody_has_verified_proves_nothing(stage: Stage) -> None:
    hers = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    OrganizerFactory(email="host@example.com", email_verified_at=None)
    host = Person("Host", "host@example.com", uuid="h", user_id="1", account_id="victoria-in-zoom")
    stage.tell(
        stage.meeting.started(minute(0)), stage.meeting.joined(host, minute(0)), *stage.stay(STRANGER), at=minute(61)
    )
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]


def test_a_delivery_that_names_no_zoom_account_is_the_numbers_holders_and_proves_nothing(stage: Stage) -> None:
    hers = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.event("malory")
    stage.meeting.host_id = ""
    stage.tell(*stage.stay(STRANGER), at=minute(61))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]
    assert not MeetingHost.objects.exists()


def test_who_lost_a_number_enters_another_and_is_told_nothing_more(stage: Stage) -> None:
    theirs = stage.event("malory", zoom_meeting_id=MEETING_ID)
    host = Person("Victoria", "victoria@example.com", uuid="h", user_id="1", account_id="victoria-in-zoom")
    stage.tell(stage.meeting.started(minute(0)), stage.meeting.joined(host, minute(1)), at=minute(1))
    address = f"{EVENTS}{theirs}/"
    assert "somebody else" in stage.clients["malory"].get(address).json()["zoom_error"]
    assert stage.enter("malory", theirs, "77700011122") == (200, "")
    assert stage.clients["malory"].get(address).json()["zoom_error"] == ""


def test_matching_by_hand_reaches_no_interval_of_somebody_elses_meeting(stage: Stage) -> None:
    theirs = stage.event("malory", zoom_meeting_id=MEETING_ID)
    stage.register(theirs, "Ada")
    stage.tell(stage.meeting.started(minute(0)), stage.meeting.joined(STRANGER, minute(1)), at=minute(1))
    client, base = stage.clients["malory"], f"{EVENTS}{theirs}/registrations/"
    record = client.get(f"{base}unmatched-attendance/").json()["results"][0]["uuid"]
    registration = client.get(base).json()["results"][0]["uuid"]
    host = Person("Victoria", "victoria@example.com", uuid="h", user_id="1", account_id="victoria-in-zoom")
    stage.tell(stage.meeting.joined(host, minute(2)), at=minute(2))
    body = {"registration_uuid": registration}
    assert client.post(f"{base}match-attendance/{record}/", body, format="json").status_code == 404


def test_staff_settle_whose_a_host_is(stage: Stage) -> None:
    theirs = stage.event("malory", zoom_meeting_id=MEETING_ID)
    hers = stage.event("victoria")
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER, 0, 1), at=minute(2))
    assert stage.unmatched("malory", theirs) == ["Grace Hopper"]
    host = MeetingHost.objects.get()
    with pytest.raises(PermissionDenied):
        give_host(
            host_id=host.pk, owner_id=stage.people["malory"].pk, actor=Actor.of(stage.people["malory"]), at=stage.at
        )
    give_host(host_id=host.pk, owner_id=stage.people["victoria"].pk, actor=Actor.of(StaffFactory()), at=stage.at)
    assert stage.unmatched("malory", theirs) == []
    assert "somebody else" in stage.clients["malory"].get(f"{EVENTS}{theirs}/").json()["zoom_error"]
    assert stage.enter("victoria", hers) == (200, "")
    assert stage.enter("malory", theirs, "") == (200, "")
    assert stage.enter("malory", theirs) == CLAIMED
    stage.tell(*stage.stay(STRANGER, 5, 60), at=minute(61))
    assert stage.unmatched("victoria", hers) == ["Grace Hopper"]


def test_two_organizers_with_one_zoom_login_the_first_who_runs_has_it(stage: Stage) -> None:
    first = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    second = stage.event("malory", starts_at=START + timedelta(hours=2), zoom_meeting_id="77700011122")
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    stage.meeting = FakeMeeting(
        "77700011122", "w==", minute(120), host_id="victoria-in-zoom", account_id="victorias-zoom"
    )
    stage.tell(stage.meeting.started(minute(120)), *stage.stay(STRANGER, 120, 180), at=minute(181))
    assert stage.unmatched("victoria", first) == ["Grace Hopper"]
    assert stage.unmatched("malory", second) == []
    assert "has used first" in stage.clients["malory"].get(f"{EVENTS}{second}/").json()["zoom_error"]


def test_two_hosts_of_one_company_are_two_organizers(stage: Stage) -> None:
    first = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    second = stage.event("malory", zoom_meeting_id="77700011122")
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(61))
    stage.meeting = FakeMeeting("77700011122", "w==", START, host_id="malory-in-zoom", account_id="victorias-zoom")
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(STRANGER), at=minute(62))
    assert stage.unmatched("victoria", first) == stage.unmatched("malory", second) == ["Grace Hopper"]


def test_a_registrant_of_a_meeting_that_recurs_since_long_is_remembered(stage: Stage) -> None:
    hers = stage.event("victoria", zoom_meeting_id=MEETING_ID)
    stage.register(hers, "Ada")
    stage.meeting.starts_at = START - timedelta(days=200)
    told = minute(-2000)
    stage.tell(stage.meeting.registration("r-1", "ada@example.org", told, kind="registration_created"), at=told)
    me = Person("Somebody", "", uuid="x", user_id="5", registrant_id="r-1")
    stage.tell(stage.meeting.started(minute(0)), *stage.stay(me), at=minute(61))
    assert stage.minutes("victoria", hers) == [60]
