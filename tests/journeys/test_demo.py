"""`make run` and `make demo`, as a newcomer plays them: real processes, real HTTP, real files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The product on the embedded default, in a data folder of its own."""
    unwanted = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "LYCEUM_ENV", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment |= {"PORT": str(free_port()), "LYCEUM_DATA": str(tmp_path / "var"), "PYTHONPATH": str(ROOT / "src")}
    log = (tmp_path / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "lyceum.config.serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        wait_until_ready(environment["PORT"], process, tmp_path / "serve.log")
        yield environment
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) is not None
        assert not answers(environment["PORT"])


def wait_until_ready(port: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        if answers(port):
            return
        time.sleep(0.2)
    pytest.fail(f"The server did not start: {log.read_text()[-3000:]}")


def answers(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.timeout(300)
def test_the_loop_runs_twice_against_a_fresh_server(served: dict[str, str]) -> None:
    for _ in range(2):
        done = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, env=served, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("✓") == 10
    assert len(list((Path(served["LYCEUM_DATA"]) / "demo").glob("*.pdf"))) == 2


@pytest.mark.timeout(120)
def test_the_demo_fails_without_a_server() -> None:
    environment = dict(os.environ) | {"PORT": str(free_port())}
    done = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "✗ A new organizer" in done.stdout
