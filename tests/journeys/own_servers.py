"""Servers of a test's own, to be taken away and brought back: PostgreSQL from its wheel, Redis from the machine."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lyceum.config.children import end_with_parent
from scripts import temporary_postgres as embedded
from tests.journeys.scaled_setup import free_port


class OwnPostgres:
    """One database server in a folder of its own, reached over a socket file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgres://postgres@/postgres?host={folder}"
        self._programs, self._person = embedded._programs(folder)
        command = [self._programs / "initdb", "-D", folder / "data", "-U", "postgres", *embedded.INITDB]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **self._person)
        self._running = contextlib.ExitStack()

    def start(self) -> None:
        self._running.enter_context(embedded._running(self._programs, self.folder, self._person))

    def stop(self) -> None:
        """Shut down without waiting for anybody: every connection is cut, every open transaction is undone."""
        self._running.close()


class OwnRedis:
    """One Redis that forgets everything when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent,  # noqa: PLW1509 -- no other thread of ours runs yet
        )  # fmt: skip
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError("Redis doesn't start.")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def send(self, number: int) -> None:
        """Send the process a signal, to hold it and to let it go on."""
        if self._process is not None:
            self._process.send_signal(number)


@contextlib.contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="lyceum-own-pg-", dir="/tmp"))
    try:
        server = OwnPostgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
