"""Child processes that are kept running, and never outlive the one who keeps them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A child that has run this long was well; its next trouble starts with the first pause again.
WELL_AFTER = 30.0


@dataclass
class Child:
    """One process: started, watched, started again after a growing pause, stopped with all that it started."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    say: Callable[[str], None]
    # How far it stands back when the processors are wanted by others: 0 not at all, 19 most.
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = field(default=0.0)

    def start(self) -> None:
        self.started = time.monotonic()
        # Its own session: Ctrl-C reaches the supervisor alone, which then stops everything in order.
        self.process = subprocess.Popen(  # noqa: S603 -- a fixed list of arguments
            list(self.command),
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=self._begin,  # noqa: PLW1509 -- the supervisor has one thread
        )

    def _begin(self) -> None:
        end_with_parent()
        os.nice(self.niceness)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self) -> None:
        """Start it again if it has died and its pause is over."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.due:
            self.kill_group()
            if now - self.started > WELL_AFTER:
                self.pause = FIRST_PAUSE
            self.due = now + self.pause
            self.say(
                f"{self.name} stopped (status {self.process.returncode}); starting it again in {self.pause:.1f} s."
            )
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.due:
            self.due = 0.0
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill_group(self) -> None:
        """End whatever the child started and left behind."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


def stop_all(children: Sequence[Child], *, within: float) -> None:
    """Ask every child to stop, wait, and end those that do not.

    within: seconds they have.
    """
    for child in children:
        child.ask_to_stop()
    ends = time.monotonic() + within
    while time.monotonic() < ends and any(child.is_running() for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill_group()
        if child.process is not None:
            child.process.wait()


def end_orphans(mark: str, value: str) -> int:
    """End what a supervisor that was killed has left; return how many processes that were.

    mark, value: a variable that only its children have in their environment.
    """
    wanted = f"{mark}={value}".encode()
    ended = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int(entry.name) != os.getpid() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
                ended += 1
        except OSError:
            # It has ended meanwhile, or belongs to somebody else.
            continue
    return ended


def end_with_parent() -> None:
    """Ask Linux to stop this process when the one that started it dies, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
