"""The wake-up signal: tells a worker over the broker that rows may be due, so that it needn't wait for the sweep.

The rows are the truth. A signal only makes their work quick, so a broker that loses one, or is down, loses nothing.
"""

import logging
import os
import threading
import time

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

TASK = "lyceum.work"


def wake() -> None:
    """Wake a worker after this transaction commits. Never talks to the broker in the caller's thread."""
    if settings.WORK_MODE == "celery":
        transaction.on_commit(_SENDER.request)


def send_wake_up() -> None:
    """Ask the broker to start a worker run."""
    app = import_string(settings.CELERY_APP)
    app.send_task(TASK, retry=False, expires=10, ignore_result=True)


class _Sender:
    """A thread for each process that sends at most ten signals a second, and survives a broker that is down."""

    def __init__(self) -> None:
        self._requested = threading.Event()
        self._pid = 0
        self._lock = threading.Lock()

    def request(self) -> None:
        self._requested.set()
        # A forked process has none of its parent's threads.
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid():
                    self._pid = os.getpid()
                    threading.Thread(target=self._run, name="wake-up", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._requested.wait()
            self._requested.clear()
            time.sleep(0.1 if self._send() else 1.0)

    def _send(self) -> bool:
        try:
            send_wake_up()
        except Exception as error:  # noqa: BLE001 -- the sweep finds the rows without a broker
            log.warning("wake_up_failed", extra={"error": type(error).__name__})
            return False
        return True


_SENDER = _Sender()
