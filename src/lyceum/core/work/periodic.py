"""Running upkeep: purges, recounts, expiries. Business moments are due rows instead (see `due_work`)."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from lyceum.core.models.periodic import PeriodicRun
from lyceum.core.work.schedules import Periodic, periodics

log = logging.getLogger(__name__)


def run_due_periodics(at: datetime) -> int:
    """Run the upkeep whose time has come; return how many ran."""
    last = dict(PeriodicRun.objects.values_list("name", "last_run_at"))
    ran = 0
    for periodic in periodics():
        previous = last.get(periodic.name)
        if previous and previous + periodic.every > at:
            continue
        if _claim(periodic, previous, at):
            _run(periodic, at)
            ran += 1
    return ran


def _claim(periodic: Periodic, previous: datetime | None, at: datetime) -> bool:
    if previous is not None:
        return bool(PeriodicRun.objects.filter(name=periodic.name, last_run_at=previous).update(last_run_at=at))
    try:
        with transaction.atomic():
            PeriodicRun.objects.create(name=periodic.name, last_run_at=at)
    except IntegrityError:
        return False
    return True


def _run(periodic: Periodic, at: datetime) -> None:
    try:
        periodic.run(at)
    except Exception:  # It is tried again when it is due next; the others must run.
        log.exception("periodic_failed", extra={"periodic": periodic.name})
