"""What a check-in counts for, and what ends it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.registrations.models import AttendanceRecord, Registration
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.registrations.attendance.world import World, minute

pytestmark = pytest.mark.django_db
Client = Callable[[Any], APIClient]


class Door:
    """The door of an event with two sessions, an hour each, at minutes 0 and 120."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, api_as: Client, *, sessions: int = 2, **event: Any) -> None:
        self.world = World(monkeypatch, sessions=sessions, **event)
        self.owner = api_as(self.world.event.owner)
        self.ada = self.world.person("Ada")
        self.numbers = {str(row.pk): row.session_number for row in self.world.sessions}

    def event(self, rest: str = "") -> str:
        return f"/api/v1/events/{self.world.event.pk}/{rest}"

    def send(self, verb: str, at: float, status: int = 200, row: Registration | None = None, **body: Any) -> Any:
        self.world.at = minute(at)
        response = self.owner.post(self.event(f"registrations/{(row or self.ada).pk}/{verb}/"), body)
        assert response.status_code == status, response.content
        self.world.pass_to(minute(at))
        return response.json()

    def finish(self, at: float = 180) -> Any:
        """End the event, let everything settle, and return how Ada is shown."""
        self.world.at = minute(at)
        for step in ("start", "complete"):
            assert self.owner.post(self.event(f"{step}/")).status_code == 200
        self.world.pass_to(minute(at + 10))
        return self.owner.get(self.event(f"registrations/{self.ada.pk}/")).json()

    def minutes(self) -> list[int]:
        found = self.owner.get(self.event("aggregate-attendance/")).json()["results"][0]["sessions"]
        return [row["total_attendance_minutes"] for row in found]


@pytest.mark.parametrize(
    ("at", "number", "minutes"),
    [(-20, 1, 60), (15, 1, 45), (59, 1, 1), (60, 2, 60), (100, 2, 60), (130, 2, 50), (185, 2, 0)],
)
def test_it_counts_for_the_session_that_runs_or_begins_next(
    monkeypatch: pytest.MonkeyPatch, api_as: Client, at: int, number: int, minutes: int
) -> None:
    door = Door(monkeypatch, api_as)
    told = door.send("check-in", at)
    assert (door.numbers[told["session_uuid"]], told["counts_for"], told["already_checked_in"]) == (
        number,
        "session",
        False,
    )
    seen = door.finish(at=max(180, at))
    assert seen["total_duration_minutes"] == minutes
    assert f"Checked in for Session {number} (Part {number})." in seen["explanation"]
    found = door.owner.get(door.event("aggregate-attendance/")).json()["results"][0]["sessions"]
    assert [door.numbers[row["session_uuid"]] for row in found if row["attended"]] == [number] * (minutes >= 30)


def test_each_session_wants_a_check_in_of_its_own(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as)
    first = door.send("check-in", 0, where="North door")
    again = door.send("check-in", 10, where="South door")
    assert (again["already_checked_in"], again["checked_in_where"], again["session_uuid"]) == (
        True,
        "North door",
        first["session_uuid"],
    )
    assert again["message"] == "Already checked in at North door on 2026-05-04 at 09:00 UTC."
    second = door.send("check-in", 125, where="South door")
    assert (second["already_checked_in"], second["checked_in_where"]) == (False, "South door")
    assert second["session_uuid"] != first["session_uuid"]
    assert door.finish()["total_duration_minutes"] == 60 + 55
    assert door.minutes() == [60, 55]


def test_it_counts_for_the_whole_event_where_that_is_set(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as)
    address = door.event()
    assert door.owner.get(address).json()["check_in_scope"] == "session"
    assert door.owner.patch(address, {"check_in_scope": "room"}).status_code == 422
    assert door.owner.patch(address, {"check_in_scope": "event"}).json()["check_in_scope"] == "event"
    told = door.send("check-in", 15)
    assert (told["session_uuid"], told["counts_for"]) == (None, "event")
    assert door.send("check-in", 125)["already_checked_in"] is True
    seen = door.finish()
    assert seen["explanation"][-2:] == [
        "Checked in for the whole event.",
        "Present for 105 minutes of 120 minutes (87 %); 80 % is needed.",
    ]
    assert door.minutes() == [45, 60]


def test_a_check_in_keeps_what_it_was_made_for(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as, check_in_scope="event")
    door.send("check-in", -30)
    assert door.owner.patch(door.event(), {"check_in_scope": "session"}).status_code == 200
    assert door.send("check-in", 0)["already_checked_in"] is True
    assert door.finish()["total_duration_minutes"] == 120


def test_checking_out_ends_it_and_one_can_come_back(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as)
    door.send("check-in", 0)
    out = door.send("check-out", 20)
    assert (out["already_checked_out"], out["checked_out_at"], out["message"]) == (
        False,
        "2026-05-04T09:20:00Z",
        "Checked out. Goodbye!",
    )
    again = door.send("check-out", 25)
    assert (again["already_checked_out"], again["checked_out_at"]) == (True, "2026-05-04T09:20:00Z")
    assert again["message"] == "Already checked out on 2026-05-04 at 09:20 UTC."
    back = door.send("check-in", 40)
    assert (back["already_checked_in"], back["checked_in_at"]) == (False, "2026-05-04T09:40:00Z")
    assert door.owner.get(door.event(f"registrations/{door.ada.pk}/")).json()["checked_out_at"] is None
    seen = door.finish()
    assert seen["total_duration_minutes"] == 40
    assert seen["explanation"][2:4] == [
        "Checked in for Session 1 (Part 1), and out again.",
        "Checked in for Session 1 (Part 1).",
    ]


def test_leaving_after_the_end_takes_nothing_away(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as)
    door.send("check-in", 0)
    door.send("check-out", 66)
    assert door.finish()["total_duration_minutes"] == 60


def test_checking_out_of_the_whole_event(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as, check_in_scope="event")
    door.send("check-in", 0)
    assert door.send("check-out", 150)["counts_for"] == "event"
    seen = door.finish()
    assert (seen["total_duration_minutes"], seen["certificate_eligible"]) == (90, False)
    assert "Checked in for the whole event, and out again." in seen["explanation"]


def test_by_code_in_and_out(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    door = Door(monkeypatch, api_as, sessions=1)
    code = {"code": door.ada.check_in_code.lower()}
    door.world.at = minute(0)
    path = door.event("registrations/check-out/")
    assert door.owner.post(path, code).json()["error"]["code"] == "NOT_CHECKED_IN"
    assert door.owner.post(door.event("registrations/check-in/"), code).status_code == 200
    door.world.pass_to(minute(45))
    done = door.owner.post(path, code)
    assert (done.status_code, done.json()["full_name"], done.json()["counts_for"]) == (200, "Ada", "session")
    unknown = door.owner.post(path, {"code": "ZZZZ"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "UNKNOWN_CODE")
    assert door.owner.post(path, {}).status_code == 400
    assert door.finish(at=60)["total_duration_minutes"] == 45


def test_who_may_not_check_out(monkeypatch: pytest.MonkeyPatch, api: APIClient, api_as: Client) -> None:
    door = Door(monkeypatch, api_as)
    door.send("check-in", 0)
    address = door.event(f"registrations/{door.ada.pk}/check-out/")
    assert api.post(address).status_code == 401
    assert api_as(UserFactory()).post(address).status_code == 403
    assert api_as(OrganizerFactory()).post(address).status_code == 404
    assert door.owner.post(address.replace(str(door.ada.pk), "x")).status_code == 404
    waiting = door.world.person("Wait", status="waitlisted", waitlist_sequence=1, waitlisted_at=minute(0))
    assert door.send("check-out", 5, 409, row=waiting)["error"]["code"] == "NOT_CONFIRMED"
    assert door.owner.post(door.event("start/")).status_code == 200
    assert door.owner.post(door.event("complete/")).status_code == 200
    assert door.send("check-out", 6, 409)["error"]["code"] == "CHECK_IN_CLOSED"
    assert AttendanceRecord.objects.get().left_at is None
