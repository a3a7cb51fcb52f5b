"""Upkeep that comes round: purges, recounts, expiries. Business moments are due rows instead (see `work`)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from lyceum.core.models.periodic import PeriodicRun

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One job: how often (product clock) and what it calls."""

    name: str
    seconds: int
    run: Callable[[datetime], object]


_PERIODICS: dict[str, Periodic] = {}


def every(*, seconds: int, name: str, run: Callable[[datetime], object]) -> None:
    """Register a job that runs about this often, on one worker at a time."""
    if name in _PERIODICS:
        raise TypeError(f"The periodic job {name} is registered twice.")
    _PERIODICS[name] = Periodic(name, seconds, run)


def periodics() -> list[Periodic]:
    """Return every job, by name."""
    return [_PERIODICS[name] for name in sorted(_PERIODICS)]


def run_due_periodics(at: datetime) -> int:
    """Run the jobs whose time has come; return how many ran."""
    last = dict(PeriodicRun.objects.values_list("name", "last_run_at"))
    ran = 0
    for job in periodics():
        previous = last.get(job.name)
        if previous and previous + timedelta(seconds=job.seconds) > at:
            continue
        if _claim(job, previous, at):
            _run(job, at)
            ran += 1
    return ran


def _claim(job: Periodic, previous: datetime | None, at: datetime) -> bool:
    if previous is not None:
        return bool(PeriodicRun.objects.filter(name=job.name, last_run_at=previous).update(last_run_at=at))
    try:
        with transaction.atomic():
            PeriodicRun.objects.create(name=job.name, last_run_at=at)
    except IntegrityError:
        return False
    return True


def _run(job: Periodic, at: datetime) -> None:
    try:
        job.run(at)
    except Exception:  # The next round tries again; the others must run.
        log.exception("periodic_failed", extra={"job": job.name})
