"""Several workers at the same rows; row locks exist on PostgreSQL only."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.ids import new_id
from lyceum.core.ledger import FactBase, publish_many, reaction
from lyceum.core.ledger.delivering import DELIVERIES, deliver_due
from lyceum.core.models import Delivery, Job
from lyceum.core.models.periodic import PeriodicRun
from lyceum.core.work.jobs import job_kind, run_next_job, start_job
from lyceum.core.work.leases import claim
from lyceum.core.work.periodic import _claim
from lyceum.core.work.schedules import Periodic
from tests.workers import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORKERS = 6
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DONE: list[UUID] = []
RUNS: list[UUID] = []
SLOW = threading.Event()
ENTERED = threading.Event()


@dataclass(frozen=True)
class WheelTurned(FactBase):
    name: ClassVar[str] = "tests.wheel_turned"
    wheel_id: UUID


@reaction(WheelTurned, name="tests.count_wheel")
def count(fact: WheelTurned, *, at: datetime) -> None:
    if fact.wheel_id.int == 1:
        ENTERED.set()
        SLOW.wait(10)
    DONE.append(fact.wheel_id)


@job_kind("tests.race", says="Notes that it ran.")
def race(job: Job, *, progress: Any, at: datetime) -> None:
    RUNS.append(job.pk)


@pytest.fixture(autouse=True)
def _empty() -> None:
    DONE.clear()
    RUNS.clear()
    SLOW.clear()
    ENTERED.clear()


def turn(*wheels: UUID) -> None:
    with transaction.atomic():
        publish_many([(WheelTurned(wheel_id=wheel), None) for wheel in wheels], actor=Actor.system(), at=AT)


def test_each_delivery_is_done_once_whoever_works() -> None:
    wheels = [new_id() for _ in range(90)]
    turn(*wheels)
    assert sum(at_once(lambda: deliver_due(AT), WORKERS)) == 90
    assert Counter(DONE) == dict.fromkeys(wheels, 1)
    assert set(Delivery.objects.values_list("status", "attempts")) == {("done", 1)}


def test_a_row_is_claimed_by_one_worker() -> None:
    turn(*[new_id() for _ in range(100)])
    pending = Delivery.objects.filter(status="pending")
    batches = at_once(lambda: claim(pending, DELIVERIES, at=AT, limit=10), WORKERS)
    claimed = [row.pk for batch in batches for row in batch]
    assert len(claimed) == len(set(claimed)) > 0
    assert Delivery.objects.filter(attempts=1).count() == len(claimed)
    assert not Delivery.objects.filter(attempts__gt=1).exists()


def test_a_slow_reaction_holds_nobody_up() -> None:
    turn(UUID(int=1))
    turn(*[new_id() for _ in range(5)])

    def work() -> None:
        deliver_due(AT)
        connection.close()

    slow = threading.Thread(target=work)
    slow.start()
    assert ENTERED.wait(10)
    assert deliver_due(AT) == 5
    assert len(DONE) == 5
    SLOW.set()
    slow.join(10)
    assert len(DONE) == 6
    assert Delivery.objects.filter(status="done").count() == 6


def test_each_job_is_run_by_one_worker() -> None:
    with transaction.atomic():
        jobs = [start_job(kind="tests.race", actor=Actor.system(), args={}, at=AT).pk for _ in range(4)]
    at_once(lambda: [run_next_job(AT) for _ in range(4)], WORKERS)
    while run_next_job(AT):
        pass
    assert Counter(RUNS) == dict.fromkeys(jobs, 1)
    assert set(Job.objects.values_list("status", flat=True)) == {"completed"}


def test_upkeep_runs_on_one_worker_at_a_time() -> None:
    job = Periodic("tests.upkeep", timedelta(seconds=60), lambda at: None, "Does nothing.")
    assert sum(at_once(lambda: _claim(job, None, AT), WORKERS)) == 1
    later = AT + timedelta(seconds=60)
    assert sum(at_once(lambda: _claim(job, AT, later), WORKERS)) == 1
    assert PeriodicRun.objects.get(name="tests.upkeep").last_run_at == later


def test_a_dead_workers_job_is_taken_over_by_one() -> None:
    with transaction.atomic():
        job = start_job(kind="tests.race", actor=Actor.system(), args={}, at=AT)
    past = clock.real_now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(status="running", lease_until=past, attempts=1)
    assert sum(at_once(lambda: run_next_job(AT), WORKERS)) == 1
    assert [job.pk] == RUNS
