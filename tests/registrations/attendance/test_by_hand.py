"""What organizers say by hand can be taken back, for the event and for each session."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from lyceum.registrations.models import AttendanceMark, Registration, SessionAttendance
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.registrations.attendance.world import World, device, minute

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(monkeypatch, sessions=2, attendance_requirement="all_sessions")
    world.person("Ada")
    first, second = world.meeting_of(0), world.meeting_of(1)
    world.tell(first.started(minute(0)), first.joined(device("Ada"), minute(0)), at=minute(0))
    world.tell(first.left(device("Ada"), minute(45)), first.ended(minute(60)), at=minute(60))
    world.tell(second.started(minute(120)), second.ended(minute(180)), at=minute(180))
    world.pass_to(minute(191))
    return world


@pytest.fixture
def owner(world: World, api_as: Callable[[Any], APIClient]) -> APIClient:
    return api_as(world.event.owner)


def person(world: World) -> Registration:
    return Registration.objects.get(event=world.event, email="ada@example.org")


def row(world: World) -> str:
    return f"/api/v1/events/{world.event.pk}/registrations/{person(world).pk}/"


def address(world: World, number: int = 1) -> str:
    rest = f"sessions/{world.sessions[number].pk}/attendance/{person(world).pk}/override/"
    return f"/api/v1/events/{world.event.pk}/{rest}"


@pytest.mark.parametrize("bulk", [False, True])
def test_what_was_entered_by_hand_goes_back_to_what_was_recorded(world: World, owner: APIClient, bulk: bool) -> None:
    computed = owner.get(row(world)).json()

    def enter(attended: bool | None) -> Any:
        if not bulk:
            return owner.patch(row(world), {"attended": attended}, format="json")
        updates = [{"registration_uuid": str(person(world).pk), "attended": attended}]
        path = f"/api/v1/events/{world.event.pk}/registrations/bulk-attendance/"
        return owner.patch(path, {"updates": updates}, format="json")

    assert enter(True).status_code == 200
    entered = owner.get(row(world)).json()
    assert (entered["attendance_percent"], entered["certificate_eligible"]) == (100, True)
    assert enter(None).status_code == 200
    back = owner.get(row(world)).json()
    figures = ("attended", "attendance_percent", "attendance_eligible", "certificate_eligible", "explanation")
    assert {name: back[name] for name in figures} == {name: computed[name] for name in figures}
    answers = AttendanceMark.objects.filter(kind="entered").order_by("pk").values_list("answer", "made_by")
    assert list(answers) == [(True, world.event.owner_id), (None, world.event.owner_id)]


def test_a_session_is_decided_by_hand_and_given_back(world: World, owner: APIClient) -> None:
    computed = owner.get(row(world)).json()
    assert computed["certificate_eligible"] is False
    done = owner.post(address(world), {"attended": True, "reason": "Was on the phone."})
    assert done.status_code == 200, done.content
    assert {name: done.json()[name] for name in done.json() if name not in ("email", "full_name")} == {
        "registration_uuid": str(person(world).pk),
        "attended": True,
        "joined_at": None,
        "left_at": None,
        "total_attendance_minutes": 0,
        "attendance_percent": 100,
        "attendance_override": True,
        "attendance_override_reason": "Was on the phone.",
    }
    seen = owner.get(row(world)).json()
    assert (seen["certificate_eligible"], seen["sessions_attended"]) == (True, 2)
    assert "Session 2 (Part 2): attended, as the organizer said." in seen["explanation"]
    listed = owner.get(f"/api/v1/events/{world.event.pk}/sessions/{world.sessions[1].pk}/attendance/").json()
    assert listed["totals"]["attended"] == 1
    assert world.session(1).attendance_count == 1

    denied = owner.post(address(world, 0), {"eligible": False, "reason": "Slept."})
    assert denied.json()["attended"] is False
    assert owner.get(row(world)).json()["certificate_eligible"] is False

    for number in (0, 1):
        assert owner.post(address(world, number), {"attended": None}, format="json").status_code == 200
    back = owner.get(row(world)).json()
    assert back["explanation"] == computed["explanation"]
    assert list(SessionAttendance.objects.exclude(attendance_override_reason="")) == []


def test_a_recount_keeps_it(world: World, owner: APIClient) -> None:
    owner.post(address(world), {"attended": True, "reason": "Seen."})
    owner.post(f"/api/v1/events/{world.event.pk}/registrations/recompute-attendance/")
    assert owner.get(row(world)).json()["sessions_attended"] == 2
    kept = SessionAttendance.objects.get(session=world.sessions[1])
    assert (kept.attendance_override, kept.attendance_override_by_id) == (True, world.event.owner_id)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"attended": True}, 400),
        ({"attended": True, "reason": "  "}, 400),
        ({"reason": "x"}, 400),
        ({"attended": "maybe", "reason": "x"}, 422),
        ({"attended": True, "eligible": False, "reason": "x"}, 422),
        ({"attended": True, "reason": "x" * 501}, 422),
        ({"attended": True, "reason": "a\x00b"}, 422),
        ([], 400),
    ],
)
def test_a_bad_decision_on_a_session_changes_nothing(world: World, owner: APIClient, body: Any, status: int) -> None:
    response = owner.post(address(world), body, format="json")
    assert (response.status_code, response.json()["error"]["code"]) == (status, "VALIDATION_ERROR")
    assert not AttendanceMark.objects.filter(kind="session_overridden").exists()


def test_what_cannot_be_decided(
    world: World, owner: APIClient, api: APIClient, api_as: Callable[[Any], APIClient]
) -> None:
    body = {"attended": True, "reason": "x"}
    waiting = world.person("Wait", status="waitlisted", waitlist_sequence=1, waitlisted_at=minute(0))
    path = address(world)
    for wrong in (str(uuid4()), "x"):
        assert owner.post(path.replace(person_id(path), wrong), body).status_code == 404
        assert owner.post(path.replace(str(world.sessions[1].pk), wrong), body).status_code == 404
    refused = owner.post(path.replace(person_id(path), str(waiting.pk)), body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NOT_CONFIRMED")
    assert api.post(path, body).status_code == 401
    assert api_as(UserFactory()).post(path, body).status_code == 403
    assert api_as(OrganizerFactory()).post(path, body).status_code == 404
    world.event.sessions.filter(session_number=2).update(status="cancelled", cancelled_at=minute(5))
    refused = owner.post(path, body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "INVALID_STATE")
    assert not AttendanceMark.objects.filter(kind="session_overridden").exists()


def person_id(path: str) -> str:
    return path.split("/")[-3]
