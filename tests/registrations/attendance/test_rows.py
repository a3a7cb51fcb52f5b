"""The row that attendance has of its own: when it is made, what stands for it until then, and what it decides."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core.actors import Actor
from lyceum.core.personal_data import erase_person, export_person
from lyceum.registrations.attendance.services.check_in import check_in
from lyceum.registrations.models import Attendance, AttendanceRecord, Registration
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible
from lyceum.registrations.services.cancel import cancel_registration
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory, in_days
from tests.registrations.attendance.world import World, device, minute
from tests.registrations.steps import join

pytestmark = pytest.mark.django_db


def test_registering_makes_no_row_and_shows_a_blank_one(api_as: Callable[[Any], APIClient]) -> None:
    event = OpenEventFactory()
    join(event, "ada@example.org")
    place = Registration.objects.get()
    assert not Attendance.objects.exists()
    client = api_as(event.owner)
    address = f"/api/v1/events/{event.pk}/registrations/"
    row = client.get(f"{address}{place.pk}/").json()
    assert {name: row[name] for name in row if "attend" in name or "check" in name} == {
        "attended": False,
        "attendance_percent": 0,
        "attendance_records": [],
        "attendance_eligible": False,
        "attendance_override": None,
        "attendance_override_reason": "",
        "check_in_code": place.check_in_code,
        "checked_in_at": None,
        "checked_in_where": "",
        "checked_out_at": None,
        "sessions_attended": 0,
    }
    assert (row["join_time"], row["leave_time"], row["total_duration_minutes"]) == (None, None, 0)
    assert row["explanation"] == []
    listed = client.get(address).json()["results"][0]
    assert (listed["attended"], listed["attendance_percent"], listed["checked_in_at"]) == (False, 0, None)
    table = b"".join(client.get(f"{address}export/")).decode().splitlines()
    columns = dict(zip(table[0].split(","), table[1].split(","), strict=True))
    assert {columns[name] for name in ("checked_in_at", "join_time", "leave_time", "attendance_override")} == {""}
    assert {columns[name] for name in ("attendance_percent", "total_duration_minutes")} == {"0"}
    assert {columns[name] for name in ("attended", "attendance_eligible")} == {"false"}
    assert not Attendance.objects.exists()


def test_the_lists_cost_the_same_with_and_without_a_row(
    api_as: Callable[[Any], APIClient], django_assert_num_queries: Any
) -> None:
    event = OpenEventFactory()
    RegistrationFactory(event=event)
    client = api_as(event.owner)
    for _ in range(2):
        with django_assert_num_queries(3):
            assert client.get(f"/api/v1/events/{event.pk}/registrations/").status_code == 200
        RegistrationFactory(event=event, attendance__attended=True)
        RegistrationFactory(event=event)


@pytest.mark.parametrize(
    ("known", "eligible"),
    [
        (None, False),
        ({"eligible": False}, False),
        ({"eligible": True}, True),
        ({"eligible": True, "override": False}, False),
        ({"eligible": False, "override": False}, False),
        ({"eligible": False, "override": True}, True),
        ({"eligible": True, "override": True}, True),
    ],
)
def test_the_decision_is_the_same_in_python_and_in_the_query(known: dict[str, Any] | None, eligible: bool) -> None:
    event = OpenEventFactory(status="completed", certificates_enabled=True, starts_at=in_days(-2))
    row = RegistrationFactory(event=event)
    if known is not None:
        reason = {"override_reason": "Seen there."} if "override" in known else {}
        Attendance.objects.create(registration_id=row.pk, event=event, **known, **reason)
    stored = Registration.objects.attendance_decided().get()
    assert stored.attendance_or_blank.is_eligible is eligible
    assert stored.attendance_is_eligible is eligible
    assert certificate_eligible(stored, event).eligible is eligible
    assert Registration.objects.certificate_eligible().exists() is eligible


def test_a_place_taken_up_again_begins_without_its_check_in(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    join(world.event, "ada@example.org", at=world.at)
    row = Registration.objects.get()
    world.at = minute(-30)
    check_in(event_id=world.event.pk, registration_id=row.pk, where="North door", actor=Actor.system(), at=world.at)
    world.pass_to(minute(-29))
    assert (world.attendance(row).checked_in_where, world.attendance(row).minutes) == ("North door", 60)
    Attendance.objects.update(notes="Needs a receipt.", zoom_registrant_id="r-1")

    cancel_registration(registration_id=row.pk, actor=Actor.system(), at=minute(-20))
    join(world.event, "ada@example.org", at=minute(-10))
    assert Registration.objects.get() == row
    seen = world.attendance(row)
    assert (seen.checked_in_at, seen.checked_in_where, seen.attended, seen.minutes) == (None, "", False, 0)
    assert (seen.notes, seen.zoom_registrant_id) == ("Needs a receipt.", "r-1")
    assert not AttendanceRecord.objects.exists()
    world.settle()
    assert (world.attendance(row).attended, world.attendance(row).eligible) == (False, False)


def test_a_check_in_changes_when_the_registration_was_updated(api_as: Callable[[Any], APIClient]) -> None:
    event = OpenEventFactory()
    join(event, "ada@example.org")
    place = Registration.objects.get()
    client = api_as(event.owner)
    address = f"/api/v1/events/{event.pk}/registrations/{place.pk}/"
    before = client.get(address).json()["updated_at"]
    client.post(f"{address}check-in/")
    assert client.get(address).json()["updated_at"] > before


def test_a_registrant_of_zoom_is_kept_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    ada, meeting = world.person("Ada"), world.meeting
    world.tell(meeting.registration("r-1", "stranger@example.org", minute(-50), kind="registration_created"))
    assert not Attendance.objects.exists()
    world.tell(meeting.registration("r-2", "ada@example.org", minute(-40), kind="registration_created"))
    assert world.attendance(ada).zoom_registrant_id == "r-2"
    world.tell(meeting.registration("r-2", "ada@example.org", minute(-30), kind="registration_cancelled"))
    assert world.attendance(ada).zoom_registrant_id == ""


def test_what_is_known_is_given_out_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    user = UserFactory(email="ada@example.org")
    ada = world.person(
        "Ada",
        user=user,
        attendance__checked_in_at=minute(-5),
        attendance__checked_in_where="Ada's own room",
        attendance__notes="Ada signed the list.",
        attendance__override=True,
        attendance__override_reason="Saw Ada there.",
        attendance__zoom_registrant_id="r-ada",
    )
    world.tell(world.meeting.joined(device("Ada"), minute(0)), world.meeting.left(device("Ada"), minute(60)))
    [decision] = dict(export_person(user.person))["attendance_decisions.json"]
    assert decision["override_reason"] == "Saw Ada there."
    assert "notes" not in decision
    assert (decision["checked_in_where"], decision["minutes"]) == ("Ada's own room", 60)
    assert decision["explanation"][-1] == "The organizer decided by hand: eligible. Reason: Saw Ada there."

    erase_person(user.person, at=minute(120))
    seen = world.attendance(ada)
    assert (seen.checked_in_where, seen.notes, seen.zoom_registrant_id) == ("", "", "")
    assert (seen.override, seen.override_reason, seen.minutes) == (True, "Removed.", 60)
    assert seen.explanation[-1] == "The organizer decided by hand: eligible."
    assert "Ada" not in str(Attendance.objects.values().get())
