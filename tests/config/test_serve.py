"""`make run`: one command, stopped by one signal, whole again after a kill -9."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the embedded set-up runs on SQLite"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hidden = {"DATABASE_URL", "LYCEUM_ENV", "DJANGO_SETTINGS_MODULE", "REDIS_URL", "CELERY_BROKER_URL"}
    known = {name: value for name, value in os.environ.items() if name not in hidden}
    changes = {"LYCEUM_DATA": str(tmp_path / "data"), "PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
    admin = {"ADMIN_EMAIL": "Root@Example.org", "ADMIN_PASSWORD": "a passphrase for root"}
    return {**known, **changes, **admin}


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()


def start(environment: dict[str, str], running: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "lyceum.config.serve"],
        env=environment, cwd=environment["LYCEUM_DATA"].removesuffix("/data"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, umask=0o000,
    )  # fmt: skip
    running.append(process)
    return process


def banner(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "They stay readable" in line:
            return "".join(lines)
    pytest.fail("".join(lines))


def readable_by_others(folder: Path) -> set[str]:
    """What of the data folder the product wrote for more than its own account; the pages' styles are everybody's."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.lstat().st_mode & 0o077}
    return {name for name in found if not name.startswith("static")}


def marked_processes(folder: str) -> set[str]:
    mark = f"LYCEUM_SERVED_FROM={folder}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                found.add(entry.name)
        except OSError:
            continue
    return found


def test_it_serves_stops_and_survives(environment: dict[str, str], serve: list[subprocess.Popen[str]]):
    folder, address = environment["LYCEUM_DATA"], f"http://127.0.0.1:{environment['PORT']}"
    first = start(environment, serve)
    text = banner(first)
    accounts = json.loads((Path(folder) / "demo-accounts.json").read_text())
    assert oct((Path(folder) / "demo-accounts.json").stat().st_mode & 0o777) == "0o600"
    assert all(account["password"] in text for account in accounts)
    assert f"http://localhost:{environment['PORT']}/api/docs/" in text
    assert httpx.get(f"{address}/readyz/", timeout=30).json() == {"status": "ok"}
    root = {"email": "root@example.org", "password": environment["ADMIN_PASSWORD"]}
    assert httpx.post(f"{address}/api/v1/auth/login/", json=root, timeout=30).status_code == 200

    assert (
        httpx.post(
            f"{address}/api/v1/auth/password-reset/", json={"email": accounts[0]["email"]}, timeout=30
        ).status_code
        == 200
    )
    ends = time.monotonic() + 30
    while not list(Path(folder).glob("mail/*.eml")) and time.monotonic() < ends:
        time.sleep(0.2)
    assert {"mail", "logs", "secrets", "broker", "lyceum.sqlite3"} <= {path.name for path in Path(folder).iterdir()}
    assert readable_by_others(Path(folder)) == set()
    assert Path(folder).stat().st_mode & 0o777 == 0o700

    # A second one on the same folder is refused, and disturbs nothing.
    other = start({**environment, "PORT": "0"}, serve)
    assert other.wait(60) == 1
    assert other.stdout is not None
    assert "already runs on the data folder" in other.stdout.read()

    first.kill()
    first.wait()
    second = start(environment, serve)
    text = banner(second)
    assert all(account["password"] in text for account in accounts)
    events = httpx.get(f"{address}/api/v1/public/events/", timeout=30).json()
    assert events["count"] == 4

    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0
    ends = time.monotonic() + 10
    while marked_processes(folder) and time.monotonic() < ends:
        time.sleep(0.1)
    assert marked_processes(folder) == set()


def test_a_taken_port_is_said_kindly(environment: dict[str, str], serve: list[subprocess.Popen[str]]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = start({**environment, "PORT": port}, serve)
        assert process.wait(60) == 1
        assert process.stdout is not None
        assert process.stdout.read() == f"Port {port} on 127.0.0.1 is taken. Choose another: PORT=8001 make run\n"
