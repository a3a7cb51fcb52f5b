"""A meeting that begins long before its session is a rehearsal: kept, shown, and without any consequence."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.events.models import EventStatusHistory
from lyceum.events.services.meeting_hosts import note_run
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, SessionAttendance
from tests.registrations.attendance.world import World, device, minute

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def shown(world: World, owner: APIClient) -> Any:
    return owner.get(f"/api/v1/events/{world.event.pk}/").json()


@pytest.mark.parametrize(("before", "status", "rehearsed"), [
    (DAY, "published", "2026-05-03T09:00:00Z"), (61, "published", "2026-05-04T07:59:00Z"), (60, "live", None),
])  # fmt: skip
def test_a_start_an_hour_ahead_changes_no_state(
    world: World, api_as: Callable[[Any], APIClient], before: int, status: str, rehearsed: str | None
) -> None:
    world.tell(world.meeting.started(minute(-before)), at=minute(-before))
    seen = shown(world, api_as(world.event.owner))
    assert (seen["status"], seen["sessions"][0]["status"]) == (
        status,
        "scheduled" if status == "published" else "live",
    )
    assert seen["zoom_rehearsed_at"] == seen["sessions"][0]["zoom_rehearsed_at"] == rehearsed
    assert seen["actual_started_at"] == ("2026-05-04T08:00:00Z" if rehearsed is None else None)
    assert EventStatusHistory.objects.filter(event=world.event, to_status="live").exists() is (status == "live")
    assert AttendanceMark.objects.get().kind == "meeting_started"


def test_the_latest_rehearsal_is_shown_and_the_meeting_itself_goes_live(
    world: World, api_as: Callable[[Any], APIClient]
) -> None:
    world.at = minute(-2)
    world.tell(world.meeting.started(minute(-100)), world.meeting.started(minute(-300)))
    assert shown(world, api_as(world.event.owner))["zoom_rehearsed_at"] == "2026-05-04T07:20:00Z"
    world.tell(world.meeting.started(minute(-1)), at=minute(0))
    assert world.status == "live"
    assert shown(world, api_as(world.event.owner))["zoom_rehearsed_at"] == "2026-05-04T07:20:00Z"


def know_host(world: World) -> None:
    """Names are taken in of a Zoom account alone that has run an event of the organizer's before."""
    body = world.meeting.started(minute(0))["payload"]
    whose = {"account_id": body["account_id"], "host_id": body["object"]["host_id"]}
    note_run(**whose, owner_id=world.event.owner_id, at=world.at)


@pytest.mark.parametrize("leaves", [True, False])
def test_who_was_at_the_rehearsal_alone_was_not_there(world: World, leaves: bool) -> None:
    know_host(world)
    ada, meeting = world.person("Ada"), world.meeting
    world.tell(meeting.started(minute(-120)), meeting.joined(device("Ada"), minute(-110)), at=minute(-110))
    if leaves:
        world.tell(meeting.left(device("Ada"), minute(-100)), meeting.ended(minute(-95)), at=minute(-90))
    world.tell(meeting.started(minute(0)), at=minute(0))
    world.settle()
    seen = world.attendance(ada)
    assert (seen.attended, seen.minutes, seen.eligible) == (False, 0, False)
    assert (seen.first_join_at, seen.last_leave_at) == (None, None)
    assert AttendanceRecord.objects.get().registration_id == ada.pk
    assert not SessionAttendance.objects.exists()


def test_who_stays_on_from_the_rehearsal_was_there(world: World) -> None:
    know_host(world)
    ada, meeting = world.person("Ada"), world.meeting
    world.tell(meeting.started(minute(-120)), meeting.joined(device("Ada"), minute(-110)), at=minute(-110))
    world.tell(meeting.left(device("Ada"), minute(58)), at=minute(58))
    world.settle()
    assert (world.attendance(ada).minutes, world.attendance(ada).eligible) == (58, True)


def test_a_later_session_is_rehearsed_too(monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> None:
    world = World(monkeypatch, sessions=2)
    second = world.meeting_of(1)
    world.tell(second.started(minute(40)), at=minute(40))
    seen = shown(world, api_as(world.event.owner))
    assert [row["status"] for row in seen["sessions"]] == ["scheduled", "scheduled"]
    assert [row["zoom_rehearsed_at"] for row in seen["sessions"]] == [None, "2026-05-04T09:40:00Z"]
    assert (seen["status"], seen["zoom_rehearsed_at"]) == ("published", None)
