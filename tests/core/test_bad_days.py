"""Workers that are killed, brokers that are gone: nothing is lost, nothing is done twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from lyceum.core.work import wake_up as work
from tests.database_address import database_address

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Workshop:
    """Starts worker processes that share one database with this one."""

    def __init__(self, folder: Path, url: str) -> None:
        self.mark = folder / "mark"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lyceum.config.settings",
            "LYCEUM_ENV": "test",
            "LYCEUM_DATA": str(folder),
            "DATABASE_URL": url,
            "WORKER_MARK": str(self.mark),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.core.workers", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment)

    def run(self, *words: str) -> None:
        assert self.start(*words).wait(60) == 0

    def report(self) -> Any:
        command = [sys.executable, "-m", "tests.core.workers", "report"]
        return json.loads(
            subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=True).stdout
        )

    def kill_while_it_hangs(self, *words: str) -> None:
        process = self.start(*words, "hang")
        deadline = time.monotonic() + 30
        while not self.mark.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    if connection.vendor == "postgresql":
        return Workshop(tmp_path, database_address())
    # The suite's own SQLite lives in memory, where no other process sees it.
    workshop = Workshop(tmp_path, f"sqlite:///{tmp_path / 'shared.sqlite3'}")
    workshop.run("migrate")
    return workshop


def test_a_worker_killed_in_a_reaction_leaves_it_to_the_next(workshop: Workshop) -> None:
    workshop.run("publish")
    workshop.kill_while_it_hangs("deliver")
    assert workshop.report() == {"traces": {}, "deliveries": ["pending"], "jobs": []}
    workshop.run("end_leases")
    workshop.run("deliver")
    done = {"traces": {"tests.bell_answered": 1}, "deliveries": ["done"], "jobs": []}
    assert workshop.report() == done
    workshop.run("deliver")
    assert workshop.report() == done


def test_a_job_whose_worker_was_killed_goes_on_where_it_was(workshop: Workshop) -> None:
    workshop.run("start")
    workshop.kill_while_it_hangs("work")
    half_done = {"status": "running", "done": 3, "total": 6, "result": None, "attempts": 1}
    assert workshop.report()["jobs"] == [half_done]
    # The lease still runs: nobody knows yet that the worker is dead.
    workshop.run("work")
    assert workshop.report()["jobs"] == [half_done]
    workshop.run("end_leases")
    workshop.run("work")
    found = workshop.report()
    assert found["jobs"] == [{"status": "completed", "done": 6, "total": 6, "result": {"steps": 6}, "attempts": 2}]
    assert found["traces"] == {f"tests.step_{number}": 1 for number in range(6)}


def test_a_broker_that_is_gone_fails_no_request_and_costs_no_time(settings: Any) -> None:
    settings.WORK_MODE = "celery"
    tried: list[float] = []

    def gone() -> None:
        tried.append(time.monotonic())
        raise ConnectionRefusedError

    with patch.object(work, "send_wake_up", gone):
        began = time.monotonic()
        for _ in range(50):
            with transaction.atomic():
                work.wake()
        took = time.monotonic() - began
        deadline = time.monotonic() + 5
        while not tried and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(tried) >= 1
    assert took < 1
    # Fifty rings are a few wake-ups, not fifty.
    assert len(tried) < 10
