"""What was known before everything was a mark becomes marks, and can be made anew from them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lyceum.registrations.attendance.services.decide import decide_for_everybody
from lyceum.registrations.attendance.services.rebuild_attendance import rebuild_attendance
from lyceum.registrations.models import Attendance, AttendanceRecord, SessionAttendance
from tests.events.test_migrations import AT, migrate

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BEFORE = [("registrations", "0007_acknowledged_before")]
APART = ("id", "created_at", "updated_at", "decided_at")


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The tables as the version before had them; afterwards as they are."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    others = [leaf for leaf in newest if leaf[0] != "registrations"]
    yield migrate([*others, *BEFORE])
    migrate(newest)


class Old:
    """An event with two sessions and people, as the version before stored them."""

    def __init__(self, apps: Any) -> None:
        self.models = {name: apps.get_model("registrations", name) for name in (
            "Registration", "Attendance", "AttendanceRecord", "AttendanceMark", "SessionAttendance",
        )}  # fmt: skip
        self.owner = apps.get_model("accounts", "User").objects.create(email="owner@example.org")
        self.event = apps.get_model("events", "Event").objects.create(
            owner=self.owner, title="Wound care", slug="wound-care", starts_at=AT, ends_at=AT + timedelta(hours=4),
            duration_minutes=240, status="live",
        )  # fmt: skip
        self.ticket = apps.get_model("events", "TicketType").objects.create(event=self.event, name="x", is_default=True)
        self.sessions = [
            apps.get_model("events", "EventSession").objects.create(
                event=self.event, title=f"Part {number}", session_number=number, duration_minutes=60,
                starts_at=AT + timedelta(hours=2 * number), ends_at=AT + timedelta(hours=2 * number + 1),
            )
            for number in (0, 1)
        ]  # fmt: skip

    def person(self, name: str, **known: Any) -> Any:
        row = self.models["Registration"].objects.create(
            event=self.event, ticket_type=self.ticket, email=f"{name}@example.org", full_name=name, status="confirmed",
            registered_at=AT, check_in_code=name.upper(),
        )  # fmt: skip
        self.models["Attendance"].objects.create(registration=row, event=self.event, **known)
        return row

    def was_there(self, row: Any, key: str, **columns: Any) -> None:
        until = AT + timedelta(minutes=50)
        for kind, moment in (("joined", AT), ("left", until)):
            self.models["AttendanceMark"].objects.create(
                event=self.event, session=self.sessions[0], meeting_uuid="m", participant_key=key, kind=kind,
                moment=moment,
            )  # fmt: skip
        values = {"registration": row, "matched_at": AT if row else None, "joined_at": AT, "left_at": until} | columns
        self.models["AttendanceRecord"].objects.create(
            event=self.event, session=self.sessions[0], meeting_uuid="m", participant_key=key, **values
        )


# What organizers note stands with the registration, and no mark tells it.
NOT_OF_MARKS = {*APART, "notes"}


def stored() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for model in (Attendance, SessionAttendance, AttendanceRecord):
        rows = [
            {name: value for name, value in row.items() if name not in NOT_OF_MARKS} for row in model.objects.values()
        ]
        found[model.__name__] = sorted(rows, key=str)
    return found


def rebuild_everything(event_id: UUID) -> None:
    rebuild_attendance(event_id, at=AT + timedelta(hours=9))
    # Of hal no mark tells anything.
    decide_for_everybody(event_id, at=AT + timedelta(hours=9))


def test_what_was_known_is_made_anew_from_the_marks(before: Any) -> None:
    old = Old(before)
    arrived = {"checked_in_at": AT, "checked_in_by": old.owner, "checked_in_where": "North door"}
    door = old.person("dora", **arrived)
    old.models["AttendanceRecord"].objects.create(
        event=old.event, registration=door, source="check_in", participant_key=f"c:{door.pk}", joined_at=AT,
        matched_at=AT, participant_email="dora@example.org", participant_name="dora",
    )  # fmt: skip
    old.person("eve", **arrived)
    old.person("fay", attended_by_hand=True, percent_by_hand=90, notes="Signed the list.", zoom_registrant_id="r-1")
    old.person("gus", override=False, override_reason="Slept.", override_by=old.owner, override_at=AT)
    old.person("hal", notes="Wants a receipt.")
    ada, bob, ivy = old.person("ada"), old.person("bob"), old.person("ivy")
    who = {"participant_email": "ada@example.org", "participant_name": "Ada", "zoom_participant_id": "a"}
    old.was_there(ada, "p:a|1", zoom_user_id="1", **who)
    old.was_there(bob, "p:b|2", matched_manually=True, matched_by=old.owner, participant_name="Nick", zoom_user_id="2")
    old.was_there(None, "p:c|3", set_aside_at=AT, participant_name="Odd")
    old.was_there(None, "p:d|4", participant_name="Host", is_host=True)
    old.models["SessionAttendance"].objects.create(
        registration=ivy, session=old.sessions[1], attendance_override=True, attendance_override_reason="Seen.",
        attendance_override_by=old.owner,
    )  # fmt: skip

    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    kept = AttendanceRecord.objects.order_by("pk").values_list("pk", flat=True)
    before_it = list(kept)
    rebuild_everything(old.event.pk)
    # A check-in of a whole event goes on counting for all of it; nothing else came, and nothing went.
    assert list(kept)[: len(before_it)] == before_it
    assert list(AttendanceRecord.objects.filter(source="check_in").values_list("session", flat=True)) == [None, None]
    found = stored()
    assert {row["attended_by_hand"] for row in found["Attendance"]} == {None, True}
    for model in (SessionAttendance, AttendanceRecord, Attendance):
        model.objects.all().delete()
    rebuild_everything(old.event.pk)
    assert stored() == found
    by_name = {row.registration.full_name: row for row in Attendance.objects.select_related("registration")}
    assert (by_name["dora"].checked_in_where, by_name["dora"].minutes) == ("North door", 120)
    assert (by_name["eve"].checked_in_at, by_name["eve"].checked_in_by_id) == (AT, old.owner.pk)
    assert (by_name["fay"].percent, by_name["fay"].zoom_registrant_id) == (90, "r-1")
    assert (by_name["gus"].is_eligible, by_name["gus"].override_reason, by_name["gus"].override_at) == (
        False,
        "Slept.",
        AT,
    )
    assert [by_name[name].minutes for name in ("ada", "bob", "ivy")] == [50, 50, 60]
    assert by_name["ivy"].sessions_attended == 1
    record = AttendanceRecord.objects.get(registration=bob.pk)
    assert (record.matched_manually, record.matched_by_id, record.participant_name) == (True, old.owner.pk, "Nick")
    assert AttendanceRecord.objects.filter(set_aside_at=AT, registration=None).count() == 1
    assert AttendanceRecord.objects.filter(is_host=True).count() == 1


def test_going_back_keeps_what_stood_before(before: Any) -> None:
    old = Old(before)
    old.was_there(old.person("ada", notes="x"), "p:a|1", participant_email="ada@example.org")
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    apps = migrate(BEFORE)
    marks = apps.get_model("registrations", "AttendanceMark").objects.all()
    assert sorted(mark.kind for mark in marks) == ["joined", "left"]
    assert apps.get_model("registrations", "Attendance").objects.get().notes == "x"
    assert apps.get_model("registrations", "AttendanceRecord").objects.get().participant_email == "ada@example.org"
