"""Two workers on one meeting, and everybody at once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from lyceum.core.work.due_work import drain
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services import process as processing
from lyceum.integrations.inbound.services.process import process_due_deliveries
from lyceum.registrations.attendance.services.settle import settle_due
from lyceum.registrations.models import AttendanceRecord
from tests.registrations.attendance.world import World, device, minute

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
