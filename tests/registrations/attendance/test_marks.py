"""Marks are the evidence: only added, never rewritten, and enough to make everything else anew."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

import lyceum
from lyceum.core.bulk_update import write_columns
from lyceum.core.personal_data import erase_person
from lyceum.integrations.zoom.fake import Person
from lyceum.registrations.models import Attendance, AttendanceMark, AttendanceRecord, Registration, SessionAttendance
from lyceum.registrations.services.recount import recount_seats
from tests.factories.accounts import UserFactory
from tests.registrations.attendance.world import World, device, minute
from tests.registrations.steps import join

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
Client = Callable[[Any], APIClient]
# When a decision was worked out is no part of what was decided.
APART = ("id", "created_at", "updated_at", "decided_at", "uuid")


class Busy:
    """Two sessions with meetings of their own, and everything that can happen at them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
        self.world = World(
            monkeypatch, sessions=2, attendance_requirement="minimum_sessions", minimum_sessions_required=1
        )
        self.owner = api_as(self.world.event.owner)
        self.first, self.second = self.world.meeting_of(0), self.world.meeting_of(1)

    def post(self, path: str, body: Any = None, method: str = "post") -> Any:
        address = f"/api/v1/events/{self.world.event.pk}/{path}"
        response = getattr(self.owner, method)(address, body or {}, format="json")
        assert response.status_code == 200, response.content
        return response.json()

    def live_through(self) -> None:
        people = self.come_and_go()
        self.correct(people, {name: f"registrations/{row.pk}/" for name, row in people.items()})

    def come_and_go(self) -> dict[str, Registration]:
        """Live through the first session; return who is registered."""
        world, first = self.world, self.first
        names = ["Ada", "Bob", "Cid", "Dot", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jay", "Kim"]
        people = {name: world.person(name) for name in names}
        rows = {name: f"registrations/{row.pk}/" for name, row in people.items()}
        # The same names, from the day before.
        recount_seats(event_id=world.event.pk)
        join(world.event, "lou@example.org", at=minute(-50))

        world.tell(first.registration("r-bob", "bob@example.org", minute(-40), kind="registration_created"))
        world.tell(first.registration("r-kim", "kim@example.org", minute(-40), kind="registration_created"))
        world.tell(first.registration("r-kim", "kim@example.org", minute(-30), kind="registration_cancelled"))
        # Two devices, a reconnection, a lost leave, a copy, and a leave before its join.
        laptop, phone = device("Ada", 1), device("Ada", 2)
        world.tell(
            first.started(minute(0)), first.joined(laptop, minute(0)), first.joined(phone, minute(5)), at=minute(5)
        )
        world.tell(first.left(laptop, minute(20)), first.joined(laptop, minute(25)), first.joined(laptop, minute(25)))
        world.tell(first.left(device("Hal"), minute(40)), first.joined(device("Hal"), minute(10)), at=minute(40))
        # By Zoom's registrant under a strange name; by part of a connection's name; by nobody's address.
        world.tell(first.joined(Person("Bobby", "", uuid="b", user_id="9", registrant_id="r-bob"), minute(2)))
        world.tell(first.left(Person("Bobby", "", uuid="b"), minute(50)))
        world.tell(first.left(Person("Jay", "", uuid="j"), minute(55)))
        world.tell(first.joined(Person("Jay", "jay@example.org", uuid="j", user_id="5"), minute(1)))
        world.tell(
            first.joined(device("Nick", email=False), minute(0)), first.left(device("Nick", email=False), minute(30))
        )
        world.tell(
            first.joined(device("Odd", email=False), minute(0)), first.left(device("Odd", email=False), minute(30))
        )
        world.tell(first.joined(device("Gus"), minute(0)), first.left(device("Gus"), minute(60)))
        # At the door.
        world.at = minute(10)
        self.post(f"{rows['Dot']}check-in/", {"where": "North door"})
        self.post(f"{rows['Eve']}check-in/")
        world.pass_to(minute(30))
        self.post(f"{rows['Eve']}check-out/")
        world.pass_to(minute(35))
        self.post(f"{rows['Eve']}check-in/")
        return people

    def correct(self, people: dict[str, Registration], rows: dict[str, str]) -> None:
        """Match by hand, live through the second session, and correct what came of it."""
        world, first, second = self.world, self.first, self.second
        # By hand: matched, matched and taken back.
        records = {row.participant_name: row.pk for row in AttendanceRecord.objects.all()}
        self.post(f"registrations/match-attendance/{records['Nick']}/", {"registration_uuid": str(people["Cid"].pk)})
        self.post(f"registrations/match-attendance/{records['Odd']}/", {"registration_uuid": str(people["Cid"].pk)})
        self.post(f"registrations/match-attendance/{records['Odd']}/", {"registration_uuid": None})
        self.post(f"registrations/match-attendance/{records['Gus']}/", {"registration_uuid": None})
        world.tell(first.joined(device("Late"), minute(5)), at=minute(45))
        world.tell(first.ended(minute(58)), at=minute(58))
        people["Late"] = world.person("Late")
        world.pass_to(minute(68))
        # The second session, which its organizer ends early.
        world.tell(second.started(minute(120)), second.joined(device("Ada"), minute(121)), at=minute(121))
        world.tell(second.joined(device("Nick", email=False), minute(122)))
        self.post(f"{rows['Dot']}check-in/", {"where": "South door"})
        self.post(f"{rows['Ivy']}no-show/", {"no_show": True})
        world.pass_to(minute(150))
        self.post("complete/")
        world.tell(second.left(device("Ada"), minute(149)), at=minute(155))
        world.pass_to(minute(160))
        # Corrections.
        self.post(rows["Fay"], {"attended": True, "attendance_percent": 90, "notes": "Signed the list."}, "patch")
        self.post(rows["Hal"], {"attended": False}, "patch")
        self.post(rows["Hal"], {"attended": None}, "patch")
        bulk = [{"registration_uuid": str(people[name].pk), "attended": True} for name in ("Ivy", "Kim")]
        self.post("registrations/bulk-attendance/", {"updates": bulk}, "patch")
        self.post(f"{rows['Bob']}override-attendance/", {"eligible": False, "reason": "Slept."})
        self.post(f"{rows['Ada']}override-attendance/", {"eligible": True, "reason": "Seen."})
        self.post(f"{rows['Ada']}override-attendance/", {"eligible": None})
        session = f"sessions/{world.sessions[1].pk}/attendance/"
        self.post(f"{session}{people['Jay'].pk}/override/", {"attended": True, "reason": "Was on the phone."})
        self.post(f"{session}{people['Dot'].pk}/override/", {"attended": False, "reason": "Left at the door."})
        self.post(f"{session}{people['Eve'].pk}/override/", {"attended": True, "reason": "Seen."})
        self.post(f"{session}{people['Eve'].pk}/override/", {"attended": None})
        world.pass_to(minute(170))

    def stored(self) -> dict[str, list[dict[str, Any]]]:
        """Return what is derived, without what belongs to the rows alone."""
        found = {}
        for model in (Attendance, SessionAttendance, AttendanceRecord):
            rows = [{name: value for name, value in row.items() if name not in APART} for row in model.objects.values()]
            found[model.__name__] = sorted(rows, key=str)
        return found

    def shown(self) -> Any:
        answer = self.owner.get(f"/api/v1/events/{self.world.event.pk}/aggregate-attendance/?page_size=100").json()
        return answer["results"], answer["totals"], answer["sessions"]

    def lose_what_is_derived(self) -> None:
        SessionAttendance.objects.all().delete()
        AttendanceRecord.objects.all().delete()
        Attendance.objects.all().delete()


def apart(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[Any]:
    """Return the rows that one of the two has and the other hasn't."""
    return [
        (name, side, row)
        for name in before
        for side, rows, others in (("lost", before[name], after[name]), ("new", after[name], before[name]))
        for row in rows
        if row not in others
    ]


def test_everything_is_made_anew_from_the_marks_alone(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    busy = Busy(monkeypatch, api_as)
    busy.live_through()
    before, shown = busy.stored(), busy.shown()
    # The day was as busy as it was meant to be.
    assert set(AttendanceMark.objects.values_list("kind", flat=True)) == set(AttendanceMark.Kind.values) - {
        "put_in_waiting_room", "admitted", "check_in_withdrawn",
    }  # fmt: skip
    assert {row["full_name"] for row in shown[0] if row["eligible"]} == {
        "Ada",
        "Cid",
        "Dot",
        "Eve",
        "Fay",
        "Hal",
        "Jay",
        "Kim",
        "Late",
    }
    assert len(before["AttendanceRecord"]) == 16
    busy.lose_what_is_derived()
    assert busy.shown() != shown
    busy.post("registrations/recompute-attendance/")
    assert apart(before, busy.stored()) == []
    assert busy.shown() == shown
    # Once more changes nothing.
    assert busy.post("registrations/recompute-attendance/")["changed"] == 0
    assert busy.stored() == before


def test_what_was_told_stays_as_it_came(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    seen: dict[Any, Any] = {}
    busy = Busy(monkeypatch, api_as)
    settle = busy.world.pass_to

    def watched(at: Any) -> None:
        settle(at)
        now = {row["id"]: row for row in AttendanceMark.objects.values()}
        assert {pk: now.get(pk) for pk in seen} == seen
        seen.update(now)

    monkeypatch.setattr(busy.world, "pass_to", watched)
    busy.live_through()
    busy.post("registrations/recompute-attendance/")
    watched(minute(171))
    assert len(seen) > 50


def test_after_an_erasure_the_rest_is_made_anew_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    user = UserFactory(email="ada@example.org")
    ada, bob = world.person("Ada", user=user), world.person("Bob")
    for name in ("Ada", "Bob"):
        world.tell(world.meeting.joined(device(name), minute(0)), world.meeting.left(device(name), minute(55)))
    world.tell(world.meeting.started(minute(0)), at=minute(55))
    world.settle()
    erase_person(user.person, at=minute(120))
    named = AttendanceMark.objects.filter(kind="identified").order_by("participant_name")
    assert list(named.values_list("participant_name", "participant_email")) == [("", ""), ("Bob", "bob@example.org")]
    for model in (SessionAttendance, AttendanceRecord, Attendance):
        model.objects.all().delete()
    client = APIClient()
    client.force_authenticate(world.event.owner)
    assert client.post(f"/api/v1/events/{world.event.pk}/registrations/recompute-attendance/").status_code == 200
    assert [world.attendance(row).minutes for row in (ada, bob)] == [55, 55]
    assert [world.attendance(row).eligible for row in (ada, bob)] == [True, True]


def test_marks_are_neither_changed_nor_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.tell(world.meeting.started(minute(0)), world.meeting.joined(device("Ada"), minute(0)))
    marks = AttendanceMark.objects
    stored = list(marks.order_by("pk").values())
    mark = marks.get(kind="joined")
    mark.moment += timedelta(minutes=1)
    for change in (
        mark.save,
        mark.delete,
        marks.all().delete,
        lambda: marks.update(moment=minute(1)),
        lambda: marks.update(words="Better so."),
        lambda: marks.bulk_update([mark], ["moment"]),
        lambda: write_columns([mark], ["moment"], at=minute(1)),
    ):
        with pytest.raises(TypeError):
            change()
    assert list(marks.order_by("pk").values()) == stored


def test_no_source_reaches_around_the_guard() -> None:
    """Outside migrations, nothing names the table in SQL, or takes the unguarded ways to change rows of marks."""
    root = Path(lyceum.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        source = path.read_text()
        assert "registrations_attendancemark" not in source, path
        if "AttendanceMark" in source:
            called = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
            assert not called & {"_base_manager", "_raw_delete", "_update", "raw"}, path


def test_a_place_given_up_takes_its_check_in_along(monkeypatch: pytest.MonkeyPatch, api_as: Client) -> None:
    world = World(monkeypatch)
    owner, rows = api_as(world.event.owner), f"/api/v1/events/{world.event.pk}/registrations/"
    join(world.event, "ada@example.org", at=world.at)
    row = owner.get(rows).json()["results"][0]["uuid"]
    assert owner.post(f"{rows}{row}/check-in/").status_code == 200
    assert owner.delete(f"{rows}{row}/").status_code == 200
    join(world.event, "ada@example.org", at=minute(-30))
    world.pass_to(minute(-20))
    assert owner.post(f"{rows}recompute-attendance/").status_code == 200
    seen = owner.get(f"{rows}{row}/").json()
    assert (seen["checked_in_at"], seen["attendance_records"]) == (None, [])
    kinds = list(AttendanceMark.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["checked_in", "check_in_withdrawn"]
