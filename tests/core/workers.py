"""A worker of its own process for tests that kill it. Run as `python -m tests.core.workers <verb>`."""

import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- models need Django to be set up
from django.db import transaction  # noqa: E402 -- Django is set up first

from lyceum.core.actors import Actor  # noqa: E402 -- Django is set up first
from lyceum.core.ids import new_id  # noqa: E402 -- Django is set up first
from lyceum.core.ledger import FactBase, publish, reaction  # noqa: E402 -- Django is set up first
from lyceum.core.ledger.delivering import deliver_due  # noqa: E402 -- Django is set up first
from lyceum.core.models import Delivery, Fact, Job  # noqa: E402 -- Django is set up first
from lyceum.core.work.jobs import job_kind, run_next_job, start_job  # noqa: E402 -- Django is set up first

MARK = Path(os.environ.get("WORKER_MARK", "/nonexistent"))
STEPS = 6


@dataclass(frozen=True)
class BellRung(FactBase):
    name: ClassVar[str] = "tests.bell_rung"
    bell_id: UUID


def _trace(name: str) -> None:
    Fact.objects.create(name=name, actor_kind="system", occurred_at=datetime.now(UTC))


def _hang() -> None:
    MARK.write_text("here")
    time.sleep(60)


@reaction(BellRung, name="tests.answer_bell")
def answer(fact: BellRung, *, at: datetime) -> None:
    _trace("tests.bell_answered")
    if "hang" in sys.argv:
        _hang()


@job_kind("tests.steps", says="Takes some steps.")
def steps(job: Job, *, progress: Any, at: datetime) -> dict[str, Any]:
    for number in range(job.done, STEPS):
        with transaction.atomic():
            _trace(f"tests.step_{number}")
            progress(done=number + 1, total=STEPS)
        if "hang" in sys.argv and number == 2:
            _hang()
    return {"steps": STEPS}


def _report() -> dict[str, Any]:
    names = Fact.objects.exclude(name=BellRung.name).values_list("name", flat=True)
    deliveries = list(Delivery.objects.values_list("status", flat=True))
    jobs = list(Job.objects.values("status", "done", "total", "result", "attempts"))
    return {"traces": dict(Counter(names)), "deliveries": deliveries, "jobs": jobs}


def main() -> None:
    at = datetime.now(UTC)
    if sys.argv[1] == "publish":
        with transaction.atomic():
            publish(BellRung(bell_id=new_id()), actor=Actor.system(), about=None, at=at)
    elif sys.argv[1] == "deliver":
        deliver_due(at)
    elif sys.argv[1] == "start":
        with transaction.atomic():
            start_job(kind="tests.steps", actor=Actor.system(), args={}, at=at)
    elif sys.argv[1] == "work":
        run_next_job(at)
    elif sys.argv[1] == "end_leases":
        Delivery.objects.exclude(lease_until=None).update(lease_until=at - timedelta(seconds=1))
        Job.objects.exclude(lease_until=None).update(lease_until=at - timedelta(seconds=1))
    elif sys.argv[1] == "migrate":
        call_command("migrate", "core", verbosity=0)
    elif sys.argv[1] == "report":
        sys.stdout.write(json.dumps(_report()))


if __name__ == "__main__":
    main()
