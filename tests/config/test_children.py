"""Child processes are kept running, and never outlive their keeper."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lyceum.config.children import Child, end_orphans, stop_all

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def child(said: list[str]):
    made = Child("web", SLEEP, dict(os.environ), said.append)
    made.start()
    yield made
    made.kill_group()


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_dies_is_started_again_after_a_pause(child: Child, said: list[str]):
    assert child.process is not None
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    child.tend()
    assert said == ["web stopped (status -9); starting it again in 0.5 s."]
    assert not child.is_running()
    child.due = time.monotonic()
    child.tend()
    assert child.is_running()
    assert child.process.pid != first


def test_the_pause_grows_while_it_keeps_dying(child: Child, said: list[str]):
    for _ in range(8):
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        child.tend()
        child.due = time.monotonic()
        child.tend()
    assert [line.rsplit(" in ", 1)[1] for line in said] == [
        "0.5 s.", "1.0 s.", "2.0 s.", "4.0 s.", "8.0 s.", "16.0 s.", "30.0 s.", "30.0 s.",
    ]  # fmt: skip


def test_one_that_was_well_starts_with_the_first_pause(child: Child, said: list[str]):
    assert child.process is not None
    child.pause, child.started = 30.0, time.monotonic() - 31
    child.process.kill()
    child.process.wait()
    child.tend()
    assert said[-1].endswith("in 0.5 s.")


def test_stopping_ends_those_that_do_not_listen(said: list[str]):
    polite, stubborn = (Child("child", command, dict(os.environ), said.append) for command in (SLEEP, STUBBORN))
    for child in (polite, stubborn):
        child.start()
    time.sleep(0.3)
    stop_all([polite, stubborn], within=0.5)
    assert not polite.is_running()
    assert not stubborn.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_a_child_does_not_outlive_a_killed_keeper(tmp_path: Path):
    keeper = f"""
import os, time
from lyceum.config.children import Child
child = Child("web", {SLEEP!r}, dict(os.environ), print)
child.start()
open({str(tmp_path / "pid")!r}, "w").write(str(child.process.pid))
time.sleep(60)
"""
    environment = {**os.environ, "PYTHONPATH": "src"}
    process = subprocess.Popen([sys.executable, "-c", keeper], env=environment)
    assert eventually(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    pid = (tmp_path / "pid").read_text()
    process.kill()
    process.wait()
    assert eventually(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_only_marked_orphans_are_ended(tmp_path: Path):
    marked = subprocess.Popen(SLEEP, env={**os.environ, "LYCEUM_TEST_MARK": str(tmp_path)})
    other = subprocess.Popen(SLEEP, env={**os.environ, "LYCEUM_TEST_MARK": f"{tmp_path}-other"})
    try:
        assert eventually(lambda: end_orphans("LYCEUM_TEST_MARK", str(tmp_path)) == 1)
        assert marked.wait(5) == -9
        assert other.poll() is None
    finally:
        for process in (marked, other):
            process.kill()
            process.wait()
