"""Slow senders meet the server that `make run` starts: they are sent away, and nobody else waits for them."""

import contextlib
import json
import os
import re
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

from tests.config.test_serve import ROOT, marked_processes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the embedded set-up runs on SQLite"),
]
DEADLINE = 2.0
JSON = "Content-Type: application/json\r\n"


class Server:
    def __init__(self, environment: dict[str, str]) -> None:
        self.port, self.folder = int(environment["PORT"]), environment["LYCEUM_DATA"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lyceum.config.serve"],
            env={**environment, "DEMO_DATA": "0", "REQUEST_BODY_SECONDS": str(DEADLINE)},
            cwd=str(Path(self.folder).parent), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def wait(self) -> None:
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "Lyceum is running" in line:
                return
        pytest.fail("".join(said))

    def get(self, path: str) -> tuple[int, float]:
        began = time.monotonic()
        answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)
        return answer.status_code, time.monotonic() - began

    def open(self, path: str, headers: str, body: bytes = b"", method: str = "POST") -> socket.socket:
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        wire.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode() + body)
        return wire


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("slow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    hidden = {"DATABASE_URL", "LYCEUM_ENV", "DJANGO_SETTINGS_MODULE", "REDIS_URL", "CELERY_BROKER_URL"}
    known = {name: value for name, value in os.environ.items() if name not in hidden}
    running = Server({**known, "LYCEUM_DATA": str(folder / "data"), "PORT": port, "PYTHONPATH": str(ROOT / "src")})
    try:
        running.wait()
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def read_all(wire: socket.socket) -> bytes:
    found = b""
    while True:
        piece = wire.recv(65536)
        if not piece:
            return found
        found += piece


def status_of(answer: bytes) -> int:
    match = re.match(rb"HTTP/1.1 (\d+)", answer)
    assert match, answer
    return int(match[1])


def test_sixty_that_send_slowly_hold_up_nobody(server: Server):
    server.get("/api/v1/public/events/")
    began = time.monotonic()
    login = "/api/v1/auth/login/"
    slow = [server.open(login, f"{JSON}Content-Length: 5000\r\n", b"{") for _ in range(30)]
    slow += [server.open(login, f"{JSON}Transfer-Encoding: chunked\r\n", b"1\r\n{\r\n") for _ in range(30)]
    asked = []
    while time.monotonic() - began < DEADLINE - 0.3:
        asked += [server.get("/healthz/"), server.get("/api/v1/public/events/")]
        for number, wire in enumerate(slow):
            wire.sendall(b"a" if number < 30 else b"1\r\na\r\n")
    assert {status for status, _ in asked} == {200}
    assert max(seconds for _, seconds in asked) < 1.0
    answers = [read_all(wire) for wire in slow]
    assert time.monotonic() - began < DEADLINE + 5
    assert {status_of(answer) for answer in answers} == {408}
    for answer in answers:
        error = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
        assert (error["code"], error["status"]) == ("REQUEST_TIMEOUT", 408)
        assert b"x-request-id: " in answer


def test_a_body_in_chunks_is_read_like_any_other(server: Server):
    body = b'{"email": "a@example.org", "password": "wrong"}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    headers = f"{JSON}Transfer-Encoding: chunked\r\nConnection: close\r\n"
    answer = read_all(server.open("/api/v1/auth/login/", headers, chunks))
    assert (status_of(answer), b"AUTHENTICATION_FAILED" in answer) == (401, True)


def test_a_body_without_end_is_refused_before_it_is_there(server: Server):
    for path, shown in (("/api/v1/auth/login/", b"PAYLOAD_TOO_LARGE"), ("/sign-in/", b"This is too large")):
        announced = server.open(path, f"{JSON}Content-Length: 80000000\r\n")
        answer = announced.recv(65536)
        assert (status_of(answer), shown in answer + announced.recv(65536)) == (413, True)
        endless = server.open(path, f"{JSON}Transfer-Encoding: chunked\r\n")
        with contextlib.suppress(OSError):
            for _ in range(400):
                endless.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        assert status_of(endless.recv(65536)) == 413


def test_a_form_in_parts_that_nobody_asked_for_is_not_waited_for(server: Server):
    wire = server.open(
        "/api/v1/auth/login/", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900\r\n"
    )
    assert status_of(wire.recv(65536)) == 415


def test_the_connection_is_kept_for_the_next_request(server: Server):
    known = {"email": "a@example.org", "password": "x"}
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
        answers = [client.post("/api/v1/auth/login/", json=known) for _ in range(3)]
        streams = {answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}
        head = client.head("/sign-in/")
    assert {answer.status_code for answer in answers} == {401}
    assert len(streams) == 1
    assert (head.status_code, head.content) == (200, b"")


def test_slow_senders_do_not_keep_it_from_stopping(server: Server):
    wires = [server.open("/api/v1/auth/login/", "Content-Length: 5000\r\n", b"a") for _ in range(20)]
    server.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert server.process.wait(30) == 0
    assert time.monotonic() - began < 14
    time.sleep(0.5)
    assert marked_processes(server.folder) == set()
    for wire in wires:
        wire.close()
