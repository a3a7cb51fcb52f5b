"""An organizer ends an event or a session early: nothing later counts, and nothing is issued before it has settled."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.certificates.models import Certificate
from lyceum.core.models import Job
from lyceum.registrations.models import AttendanceRecord, Registration
from tests.registrations.attendance.world import World, device, minute

pytestmark = pytest.mark.django_db
STILL = "The event is over, but late reports may still arrive, so this isn't decided yet."
Client = Callable[[Any], APIClient]


def post(world: World, owner: APIClient, rest: str, body: Any = None) -> Any:
    response = owner.post(f"/api/v1/events/{world.event.pk}/{rest}", body or {}, format="json")
    assert response.status_code in (200, 202), response.content
    return response.json()


def begun(world: World, *names: str) -> list[Registration]:
    """Start the meeting with these people in it, who never leave as far as anybody is told."""
    people = [world.person(name) for name in names]
    joins = [world.meeting.joined(device(name), minute(0)) for name in names]
    world.tell(world.meeting.started(minute(0)), *joins, at=minute(0))
    return people


def test_twenty_minutes_of_sixty_stay_twenty_of_sixty(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch, auto_issue_certificates=True)
    owner = api_as(world.event.owner)
    [ada] = begun(world, "Ada")
    bob = world.person("Bob")
    post(world, owner, f"registrations/{bob.pk}/check-in/")
    world.pass_to(minute(20))
    post(world, owner, "complete/")
    told = post(world, owner, "certificates/issue/")
    assert (told["issued"], {(row["registration_uuid"], row["code"]) for row in told["refused"]}) == (
        0,
        {(str(row.pk), "ATTENDANCE_SETTLING") for row in (ada, bob)},
    )
    world.pass_to(minute(20))
    assert (world.status, world.session().status, world.session().settled_at) == ("completed", "completed", None)
    record = AttendanceRecord.objects.get(registration=ada)
    assert (record.left_at, record.left_inferred) == (minute(20), True)
    world.pass_to(minute(29))
    assert (world.session().settled_at, Certificate.objects.count()) == (None, 0)
    world.pass_to(minute(30))
    assert world.session().settled_at == minute(30)
    for row in (ada, bob):
        seen = owner.get(f"/api/v1/events/{world.event.pk}/registrations/{row.pk}/").json()
        assert (seen["total_duration_minutes"], seen["attendance_percent"], seen["attended"]) == (20, 33, True)
        assert seen["certificate_eligible"] is False
        assert [line for line in seen["explanation"] if not line.startswith("Checked in")] == [
            f"The organizer ended Session 1{_title(world)} after 20 minutes; its share is still of 60 minutes.",
            "Present for 20 minutes of 60 minutes (33 %); 80 % is needed.",
        ]
    assert not Certificate.objects.exists()
    assert not Job.objects.exists()


def _title(world: World) -> str:
    title = world.session().title
    return f" ({title})" if title else ""


def test_what_was_enough_is_issued_once_it_has_settled(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch, auto_issue_certificates=True, minimum_attendance_percent=30)
    owner = api_as(world.event.owner)
    ada, bob = begun(world, "Ada", "Bob")
    world.pass_to(minute(20))
    post(world, owner, "complete/")
    world.pass_to(minute(29))
    told = post(world, owner, "certificates/issue/", {"registration_uuids": [str(ada.pk)]})
    assert [row["code"] for row in told["refused"]] == ["ATTENDANCE_SETTLING"]
    assert owner.get(f"/api/v1/events/{world.event.pk}/registrations/{ada.pk}/").json()["explanation"][-1] == STILL
    # Bob left early; that report is late, and still in time.
    world.tell(world.meeting.left(device("Bob"), minute(10)))
    world.pass_to(minute(30))
    assert [row.registration_id for row in Certificate.objects.all()] == [ada.pk]
    assert (world.attendance(ada).minutes, world.attendance(bob).minutes) == (20, 10)


def test_a_decision_by_hand_is_issued_no_sooner(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch, auto_issue_certificates=True)
    owner = api_as(world.event.owner)
    [ada] = begun(world, "Ada")
    world.pass_to(minute(20))
    post(world, owner, f"registrations/{ada.pk}/override-attendance/", {"eligible": True, "reason": "Seen."})
    post(world, owner, "complete/")
    world.pass_to(minute(29))
    assert not Certificate.objects.exists()
    world.pass_to(minute(30))
    assert Certificate.objects.get().registration_id == ada.pk


def test_a_meeting_that_goes_on_changes_nothing(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch)
    [ada] = begun(world, "Ada")
    world.pass_to(minute(20))
    post(world, api_as(world.event.owner), "complete/")
    world.tell(world.meeting.ended(minute(22)), world.meeting.started(minute(24)), at=minute(25))
    assert world.session().settle_at == minute(30)
    world.pass_to(minute(30))
    world.tell(world.meeting.left(device("Ada"), minute(58)), world.meeting.ended(minute(60)), at=minute(61))
    assert (world.attendance(ada).minutes, world.status) == (20, "completed")
    assert world.session().settled_at == minute(30)


def test_ending_it_late_cuts_nothing_and_waits_for_late_reports(
    monkeypatch: pytest.MonkeyPatch, api_as: Client
) -> None:
    world = World(monkeypatch)
    [ada] = begun(world, "Ada")
    world.pass_to(minute(65))
    post(world, api_as(world.event.owner), "complete/")
    world.tell(world.meeting.left(device("Ada"), minute(50)), at=minute(70))
    world.pass_to(minute(75))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.eligible) == (50, True)
    assert seen.explanation == ["Present for 50 minutes of 60 minutes (83 %); 80 % is needed."]


def test_each_session_is_cut_where_it_was_ended(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch, sessions=2)
    owner, ada = api_as(world.event.owner), world.person("Ada")
    first, second = world.meeting_of(0), world.meeting_of(1)
    world.tell(first.started(minute(0)), first.joined(device("Ada"), minute(0)), at=minute(0))
    world.pass_to(minute(30))
    post(world, owner, f"sessions/{world.sessions[0].pk}/complete/")
    world.pass_to(minute(30))
    assert AttendanceRecord.objects.get().left_at == minute(30)
    assert (world.session(0).settle_at, world.session(1).settle_at) == (minute(40), None)
    world.pass_to(minute(40))
    assert (world.session(0).settled_at, world.status) == (minute(40), "live")
    world.tell(second.started(minute(120)), second.joined(device("Ada"), minute(120)), at=minute(120))
    world.pass_to(minute(135))
    post(world, owner, "complete/")
    world.pass_to(minute(145))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.percent, seen.eligible) == (45, 37, False)
    assert seen.explanation == [
        "Session 1 (Part 1): 30 minutes of 60 minutes (50 %), attended (50 % counts).",
        "Session 2 (Part 2): 15 minutes of 60 minutes (25 %), not attended (50 % counts).",
        "The organizer ended Session 1 (Part 1) after 30 minutes; its share is still of 60 minutes.",
        "The organizer ended Session 2 (Part 2) after 15 minutes; its share is still of 60 minutes.",
        "Present for 45 minutes of 120 minutes (37 %); 80 % is needed.",
    ]


def test_a_session_that_never_began_is_cut_to_nothing(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch, sessions=2)
    owner, ada = api_as(world.event.owner), world.person("Ada")
    first = world.meeting_of(0)
    world.tell(first.started(minute(0)), first.joined(device("Ada"), minute(0)), at=minute(0))
    world.tell(first.left(device("Ada"), minute(60)), first.ended(minute(60)), at=minute(60))
    world.pass_to(minute(71))
    post(world, owner, "complete/")
    world.pass_to(minute(300))
    seen = world.attendance(ada)
    assert (seen.minutes, seen.percent) == (60, 50)
    assert "The organizer ended Session 2 (Part 2) before it began; its share is still of 60 minutes." in (
        seen.explanation
    )
