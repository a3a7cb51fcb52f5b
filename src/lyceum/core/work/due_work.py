"""Durable work: rows that are due, done by a worker that is woken, or sweeps by itself.

The rows are the truth. A wake-up only makes it quick, so a broker that loses one, or is down, loses nothing.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from lyceum.core import clock

log = logging.getLogger(__name__)

Run = Callable[[datetime], int]
TASK = "lyceum.work"
# A busy worker hands over after this long, so that its other duties are not starved.
SHIFT_SECONDS = 20.0

_SOURCES: dict[str, Run] = {}
_BUSY: dict[str, threading.Lock] = {}


def register_work(*, name: str, run: Run) -> None:
    """Register a source of due rows. `run(at)` claims and does a batch, and returns how many it tried."""
    if name in _SOURCES and _SOURCES[name] is not run:
        raise TypeError(f"The work source {name} is registered twice.")
    _SOURCES[name] = run
    _BUSY[name] = threading.Lock()


def run_due() -> int:
    """Do what is due, source by source, until nothing is or the shift is over; return how much was done."""
    ends = time.monotonic() + SHIFT_SECONDS
    total = 0
    while time.monotonic() < ends:
        done = sum(_run_source(name) for name in list(_SOURCES))
        total += done
        if not done:
            return total
    wake()
    return total


def _run_source(name: str) -> int:
    # One thread of a process at a time: a second would only queue behind the first on the same rows.
    if not _BUSY[name].acquire(blocking=False):
        return 0
    try:
        return _SOURCES[name](clock.now())
    except Exception:  # One source's trouble must not stop the others; the rows stay due.
        log.exception("work_source_failed", extra={"source": name})
        return 0
    finally:
        _BUSY[name].release()


def drain(at: datetime | None = None, *, rounds: int = 100) -> int:
    """Do everything that is due now, in this thread, errors and all. For tests and commands."""
    total = 0
    for _ in range(rounds):
        done = sum(run(at or clock.now()) for run in list(_SOURCES.values()))
        total += done
        if not done:
            return total
    raise RuntimeError("The work doesn't end: something makes itself due again and again.")


def wake() -> None:
    """Wake a worker after this transaction commits. Never talks to the broker in the caller's thread."""
    if settings.WORK_MODE == "celery":
        transaction.on_commit(_WAKER.ring)


class _Waker:
    """A thread for each process that sends at most ten wake-ups a second, and minds no broken broker."""

    def __init__(self) -> None:
        self._bell = threading.Event()
        self._pid = 0
        self._lock = threading.Lock()

    def ring(self) -> None:
        self._bell.set()
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid():
                    self._pid = os.getpid()
                    threading.Thread(target=self._listen, name="waker", daemon=True).start()

    def _listen(self) -> None:
        while True:
            self._bell.wait()
            self._bell.clear()
            time.sleep(0.1 if self._send() else 1.0)

    def _send(self) -> bool:
        try:
            send_wake_up()
        except Exception as error:  # noqa: BLE001 -- the sweep finds the rows without a broker
            log.warning("wake_up_failed", extra={"error": type(error).__name__})
            return False
        return True


def send_wake_up() -> None:
    """Ask the broker to start a worker's shift."""
    app = import_string(settings.CELERY_APP)
    app.send_task(TASK, retry=False, expires=10, ignore_result=True)


_WAKER = _Waker()
