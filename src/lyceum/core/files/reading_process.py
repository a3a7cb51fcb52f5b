"""Runs `reading_worker.py`: strangers' pictures and PDFs are decoded in a process with little memory and time."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lyceum.core.errors import ServiceUnavailable

SECONDS: Final = 15
# Each may take a gigabyte while it runs. Whoever finds both busy waits a moment, a few at once: the others are told to
# come back, so that uploads never hold all threads of the web.
AT_ONCE: Final = 2
WAITING: Final = 4
PATIENCE: Final = 10
BUSY: Final = "Several files are being read at the moment. Please send yours again in a few seconds."
_WORKER = Path(__file__).with_name("reading_worker.py")
_running = threading.BoundedSemaphore(AT_ONCE)
_here = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Unreadable(Exception):
    """The file can't be used; `reason` says why, in one of the worker's words or `limits`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read_file(verb: str, content: bytes, **arguments: Any) -> dict[str, Any]:
    """What the worker found out about a file, and the picture that it made of it, as `image`.

    verb: "render_pdf" or "picture"; `reading_worker.py` says what each takes and answers.
    Raises: Unreadable, also when the process ran out of memory or time; ServiceUnavailable (503) when too many files
        are being read.
    """
    # Nothing of the environment, which holds secrets, reaches a process that a hostile file may have taken over.
    command = [sys.executable, "-I", "-B", str(_WORKER), verb, json.dumps(arguments)]
    with _turn():
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False, env={})  # noqa: S603 -- a fixed list of arguments
        except subprocess.TimeoutExpired:
            raise Unreadable("limits") from None
    if done.returncode != 0:
        raise Unreadable("limits")
    line, _, image = done.stdout.partition(b"\n")
    facts: dict[str, Any] = json.loads(line)
    if "refused" in facts:
        raise Unreadable(facts["refused"])
    return {**facts, "image": image}


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one of the few processes.

    Raises: ServiceUnavailable (503).
    """
    if not _here.acquire(blocking=False):
        raise ServiceUnavailable(BUSY, retry_after=5)
    try:
        if not _running.acquire(timeout=PATIENCE):
            raise ServiceUnavailable(BUSY, retry_after=5)
        try:
            yield
        finally:
            _running.release()
    finally:
        _here.release()
