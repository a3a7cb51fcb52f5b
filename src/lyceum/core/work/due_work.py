"""The worker run: it does the rows that are due. A worker runs when it is woken (`wake_up`) and by the sweep."""

import logging
import time
from datetime import datetime

from lyceum.core import clock
from lyceum.core.work.schedules import DueWork, due_work
from lyceum.core.work.wake_up import wake

log = logging.getLogger(__name__)

# A worker run ends after this long, so that the worker's other duties get their turn.
RUN_SECONDS = 20.0


def run_due() -> int:
    """Do what is due, kind by kind, until nothing is or the run has lasted long enough; return how much was done."""
    ends = time.monotonic() + RUN_SECONDS
    total = 0
    while time.monotonic() < ends:
        done = sum(_run_batch(work) for work in due_work())
        total += done
        if not done:
            return total
    wake()
    return total


def drain(at: datetime | None = None, *, limit: int = 100) -> int:
    """Do everything that is due now, in this thread, letting errors through. For tests and commands.

    limit: how many batches of each kind.
    Raises: RuntimeError when something is still due after that.
    """
    total = 0
    for _ in range(limit):
        done = sum(work.run(at or clock.now()) for work in due_work())
        total += done
        if not done:
            return total
    raise RuntimeError("The work doesn't end: something makes itself due again and again.")


def _run_batch(work: DueWork) -> int:
    # Further threads would only queue behind these on the same rows.
    if not work.running.acquire(blocking=False):
        return 0
    try:
        return work.run(clock.now())
    except Exception:  # Trouble with one kind must not stop the others; the rows stay due.
        log.exception("due_work_failed", extra={"work": work.name})
        return 0
    finally:
        work.running.release()
