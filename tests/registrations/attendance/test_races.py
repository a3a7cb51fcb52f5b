"""Two workers on one meeting, and everybody at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from lyceum.certificates.models import Certificate
from lyceum.certificates.services.issue import issue_certificates
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.core.work.due_work import drain
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services import process as processing
from lyceum.integrations.inbound.services.process import process_due_deliveries
from lyceum.registrations.attendance.services.check_in import check_in
from lyceum.registrations.attendance.services.check_out import check_out
from lyceum.registrations.attendance.services.correct import AttendanceByHand, mark_attendance, override_attendance
from lyceum.registrations.attendance.services.settle import settle_due
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Attendance, AttendanceMark, AttendanceRecord, Registration
from lyceum.registrations.services.cancel import cancel_registration
from tests.factories.certificates import AT, make_event, make_registration
from tests.factories.registrations import OpenEventFactory
from tests.registrations.attendance.world import World, device, minute
from tests.registrations.steps import join

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(count: int, function: Callable[[], Any]) -> list[Any]:
    """Run a function in so many threads that start together; an error in one is an error of the test."""
    barrier, found, errors = threading.Barrier(count), list[Any](), list[BaseException]()

    def run() -> None:
        barrier.wait()
        try:
            found.append(function())
        except BaseException as error:  # noqa: BLE001 -- raised again below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return found


def work_off() -> int:
    done = 0
    while tried := process_due_deliveries(minute(60)):
        done += tried
    return done


def test_four_workers_on_one_meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    # B13: each delivery is done once, and one person's stays come out the same.
    monkeypatch.setattr(processing, "POLICY", replace(processing.POLICY, batch=3))
    world = World(monkeypatch)
    people = [world.person(f"P{number}") for number in range(5)]
    strangers = [device(f"S{number}", email=False) for number in range(3)]
    world.at = minute(60)
    bodies = [world.meeting.started(minute(0))]
    for number in range(5):
        me = device(f"P{number}")
        bodies += [world.meeting.joined(me, minute(0)), world.meeting.left(me, minute(20))]
        bodies += [world.meeting.joined(me, minute(30)), world.meeting.left(me, minute(60))]
    for stranger in strangers:
        bodies += [world.meeting.joined(stranger, minute(0)), world.meeting.left(stranger, minute(60))]
    bodies.append(world.meeting.ended(minute(60)))
    for body in bodies:
        assert world.zoom.deliver(body, at=world.at) == 200
    assert sum(at_once(4, work_off)) == len(bodies)
    broken = InboundDelivery.objects.filter(status="failed").values_list(
        "event_type", "error_message", "error_traceback"
    )
    assert not broken, broken[0]
    assert set(InboundDelivery.objects.values_list("status", "attempts")) == {("completed", 1)}
    assert [world.attendance(row).minutes for row in people] == [50] * 5
    assert AttendanceRecord.objects.count() == 13
    assert AttendanceRecord.objects.filter(joined_at__isnull=True).count() == 0


def test_two_workers_settle_a_session_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    people = [world.person(f"P{number}") for number in range(5)]
    bodies = [world.meeting.started(minute(0))]
    bodies += [world.meeting.joined(device(f"P{number}"), minute(0)) for number in range(5)]
    world.tell(*bodies, at=minute(0))
    world.tell(world.meeting.ended(minute(60)), at=minute(60))
    assert sum(at_once(3, lambda: settle_due(minute(70)))) == 1
    drain(minute(70))
    assert world.status == "completed"
    assert all(world.attendance(row).eligible for row in people)


def test_corrections_and_certificates_at_once() -> None:
    # Both take the event first, so neither waits for what the other holds; no correction is counted without
    # the ones beside it.
    for _ in range(8):
        event = make_event(minimum_attendance_percent=80)
        people = [make_registration(event, attendance__attended=False) for _ in range(6)]
        turns = iter(range(7))

        def work(event: Any = event, people: Any = people, turns: Any = turns) -> None:
            turn, actor = next(turns), Actor.of(event.owner)
            if turn == 6:
                issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=[row.pk for row in people])
                return
            entry = AttendanceByHand(people[turn].pk, attended=True)
            mark_attendance(event_id=event.pk, registration_id=entry.registration_id, entry=entry, actor=actor, at=AT)
            override_attendance(
                event_id=event.pk,
                registration_id=people[5 - turn].pk,
                eligible=True,
                reason="Seen there.",
                actor=actor,
                at=AT,
            )

        at_once(7, work)
        event.refresh_from_db()
        assert (event.attendance_count, event.certificate_count) == (6, 6)
        assert Certificate.objects.filter(event=event).count() == 6
        assert Attendance.objects.filter(event=event, attended=True, override=True, attended_by_hand=True).count() == 6


def one_after_the_other(first: Callable[[], Any], then: Callable[[], Any]) -> Any:
    """Run `first` in a transaction that stays open until `then`, in another one, must be waiting for it."""
    ready = threading.Event()
    turns = iter([False, True])

    def run() -> Any:
        if next(turns):
            ready.wait()
            return then()
        with transaction.atomic():
            first()
            ready.set()
            time.sleep(0.5)
        return None

    return next(result for result in at_once(2, run) if result is not None)


def test_two_corrections_are_both_counted() -> None:
    # Without the event's lock the second would count before the first is committed.
    event = make_event()
    people = [make_registration(event, attendance__attended=False) for _ in range(2)]

    def enter(row: Registration) -> Attendance:
        entry = AttendanceByHand(row.pk, attended=True)
        owner = Actor.of(event.owner)
        return mark_attendance(event_id=event.pk, registration_id=row.pk, entry=entry, actor=owner, at=AT)

    one_after_the_other(lambda: enter(people[0]), lambda: enter(people[1]))
    event.refresh_from_db()
    assert event.attendance_count == 2


def test_whoever_issues_waits_for_a_decision_that_is_being_made() -> None:
    # Without the event's lock, taken first by both, the certificate would be issued against the decision.
    event = make_event()
    row, actor = make_registration(event), Actor.of(event.owner)
    outcome = one_after_the_other(
        lambda: override_attendance(
            event_id=event.pk, registration_id=row.pk, eligible=False, reason="Left the camera on.", actor=actor, at=AT
        ),
        lambda: issue_certificates(event_id=event.pk, actor=actor, at=AT, registration_ids=[row.pk]),
    )
    assert outcome.certificate_ids == []
    assert [refused.code for refused in outcome.refused] == ["NOT_ELIGIBLE"]
    assert not Certificate.objects.exists()


def test_a_check_in_of_somebody_who_cancels() -> None:
    # The status of a registration stands still below the event's lock, which both take first.
    for _ in range(8):
        event = OpenEventFactory()
        join(event, "ada@example.org")
        place = Registration.objects.get(event=event)
        turns = iter(range(2))

        def work(event: Any = event, place: Any = place, turns: Any = turns) -> str:
            if next(turns):
                cancel_registration(registration_id=place.pk, actor=Actor.system(), at=clock.now())
                return "cancelled"
            try:
                check_in(event_id=event.pk, registration_id=place.pk, actor=Actor.system(), at=clock.now())
            except NotConfirmed:
                return "refused"
            return "checked in"

        outcome = set(at_once(2, work)) - {"cancelled"}
        row = Registration.objects.get(event=event)
        facts = Fact.objects.filter(about_id=row.pk).order_by("id").values_list("name", flat=True)
        said = [name for name in facts if name.endswith(("checked_in", "cancelled"))]
        assert row.status == "cancelled"
        assert (row.attendance_or_blank.checked_in_at is not None) is (outcome == {"checked in"})
        expected = ["registrations.checked_in"] if outcome == {"checked in"} else []
        assert [name for name in said if name.endswith("checked_in")] == expected


@pytest.mark.parametrize(
    ("first", "then", "already", "marks"),
    [
        ([], [check_in, check_in], True, ["checked_in"]),
        ([check_in], [check_out, check_out], True, ["checked_in", "checked_out"]),
        ([check_in], [check_out, check_in], False, ["checked_in", "checked_out", "checked_in"]),
    ],
)
def test_two_at_two_doors_follow_each_other(first: Any, then: Any, already: bool, marks: list[str]) -> None:
    # Without the event's lock the second would read the marks before the first has added its own.
    event = OpenEventFactory()
    join(event, "ada@example.org")
    place = Registration.objects.get(event=event)

    def turn(verb: Callable[..., Any]) -> Callable[[], Any]:
        return lambda: verb(event_id=event.pk, registration_id=place.pk, actor=Actor.system(), at=clock.now())

    for verb in first:
        turn(verb)()
    told = one_after_the_other(*map(turn, then))

    assert told.already is already
    said = AttendanceMark.objects.filter(registration=place, kind__in=["checked_in", "checked_out"])
    assert list(said.order_by("pk").values_list("kind", flat=True)) == marks
    row = Attendance.objects.get(registration=place)
    assert (row.checked_in_at is None, row.checked_out_at is None) == (False, marks[-1] == "checked_in")


def test_two_deliveries_and_a_check_in_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    ada = world.person("Ada")
    world.at = minute(10)
    for body in (
        world.meeting.joined(device("Ada"), minute(0)),
        world.meeting.joined(device("Ada", 2), minute(5)),
        world.meeting.left(device("Ada"), minute(9)),
    ):
        assert world.zoom.deliver(body, at=world.at) == 200
    monkeypatch.setattr(processing, "POLICY", replace(processing.POLICY, batch=1))
    turns = iter(range(4))

    def work() -> None:
        if next(turns) == 3:
            check_in(event_id=world.event.pk, registration_id=ada.pk, actor=Actor.system(), at=world.at)
        else:
            work_off()

    at_once(4, work)
    drain(minute(20))
    row = Attendance.objects.get()
    assert (row.checked_in_at, row.first_join_at, row.attended) == (minute(10), minute(0), True)
