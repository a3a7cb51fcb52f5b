"""Starting the product, or a floor, the way production serves it: granian, DEBUG off, its own database."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from aiosmtpd.controller import Controller

from lyceum.config.serve import WIRE

ROOT = Path(__file__).resolve().parents[1]
ZOOM_SECRET = "bench-zoom-secret"


@dataclass(frozen=True)
class Database:
    """One of the two database sizes."""

    kind: str
    url: str


@contextlib.contextmanager
def fresh_database(kind: str, server_url: str) -> Iterator[Database]:
    """Give an empty, migrated database, and remove it afterwards."""
    name = f"lyceum_bench_{secrets.token_hex(4)}"
    if kind == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="lyceum-bench-"))
        database = Database(kind, f"sqlite://{folder}/bench.sqlite3")
    else:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        database = Database(kind, urlsplit(server_url)._replace(path=f"/{name}").geturl())
    try:
        manage(database, "migrate", "-v0")
        yield database
    finally:
        if kind == "sqlite":
            shutil.rmtree(folder, ignore_errors=True)
        else:
            with psycopg.connect(server_url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]


def environment(database: Database, settings: str = "bench.settings") -> dict[str, str]:
    """Return the environment of a process of the bench."""
    folder = Path(tempfile.gettempdir()) / "lyceum-bench-data"
    folder.mkdir(exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "CELERY_BROKER_URL"}},
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": settings,
        "LYCEUM_ENV": "production",
        "EMAIL_BACKEND": "files",
        "LYCEUM_DATA": str(folder),
        "DATABASE_URL": database.url,
        "SECRET_KEY": "bench" * 12,
        "ALLOWED_HOSTS": "127.0.0.1",
        "CORS_ALLOWED_ORIGINS": "https://bench.example",
        "FRONTEND_URL": "http://127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "ZOOM_WEBHOOK_SECRET": ZOOM_SECRET,
        **{f"THROTTLE_{scope}": "off" for scope in ("ANON", "USER", "AUTH_LOGIN", "PAYMENT", "PUBLIC_READ")},
    }


def manage(database: Database, *arguments: str) -> str:
    """Run a management command and return what it printed."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment(database), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server that takes everything and notes when; give it."""
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


class MailServer:
    """What arrived, and when."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.arrivals: list[float] = []

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:
        self.arrivals.append(time.time())
        return "250 Taken"

    def wait_for(self, count: int, *, seconds: float) -> None:
        """Wait until so many mails have arrived.

        Raises: SystemExit when they don't in time.
        """
        ends = time.monotonic() + seconds
        while len(self.arrivals) < count:
            if time.monotonic() > ends:
                raise SystemExit(f"{len(self.arrivals)} of {count} mails arrived.")
            time.sleep(0.05)

    @property
    def environment(self) -> dict[str, str]:
        """Return how a process sends its mail here."""
        return {"EMAIL_BACKEND": "smtp", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}


@contextlib.contextmanager
def work(database: Database, mail: MailServer, *, cores: Sequence[int]) -> Iterator[None]:
    """Run one worker process on each of these cores, and what sweeps."""
    with tempfile.TemporaryDirectory(prefix="lyceum-bench-") as folder, tempfile.TemporaryFile() as log:
        environ = {**environment(database, "lyceum.config.settings"), **mail.environment, "LYCEUM_DATA": folder}
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "lyceum.config.celery"]
        worker = [*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "error"]
        beat = [*celery, "beat", "--loglevel", "error", "--pidfile", ""]
        commands = [["taskset", "-c", str(core), *worker, "-n", f"bench{core}@localhost"] for core in cores]
        processes = [
            subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
            for command in [*commands, beat]
        ]
        try:
            yield
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def serve(database: Database, settings: str = "bench.settings", *, threads: int = 8) -> Iterator[int]:
    """Serve the product or a floor on a free port; yield the port."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", *WIRE, "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--log-level", "error", "lyceum.config.asgi:application",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            env={**environment(database, settings), "WEB_THREADS": str(threads)},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for_port(port, process)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def embedded() -> Iterator[tuple[int, Path, Database]]:
    """Run the product as `make run` does, without demo data; yield its port, its data folder and its database."""
    with tempfile.TemporaryDirectory(prefix="lyceum-bench-") as folder, tempfile.TemporaryFile() as log:
        database, port = Database("sqlite", f"sqlite://{folder}/lyceum.sqlite3"), free_port()
        known = environment(database, "lyceum.config.settings")
        environ = {
            **{name: value for name, value in known.items() if name not in {"DATABASE_URL", "SECRET_KEY"}},
            "LYCEUM_ENV": "development",
            "LYCEUM_DATA": folder,
            "DEMO_DATA": "0",
            "PORT": str(port),
        }
        command = [sys.executable, "-m", "lyceum.config.serve"]
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for_port(port, process)
            yield port, Path(folder), database
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server accepts connections and answers."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.sendall(b"GET /healthz/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            probe.settimeout(20)
            if probe.recv(12).startswith(b"HTTP/1.1"):
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


def seed(database: Database, *arguments: str) -> dict[str, Any]:
    """Run one of `bench.seed`'s makers and return what it says."""
    return ask(database, "bench.seed", *arguments)


def ask(database: Database, module: str, *arguments: str, **variables: str) -> dict[str, Any]:
    """Run a module of the bench in a process of its own and return the JSON on its last line.

    variables: of its environment, beside those of every process of the bench.
    """
    command = [sys.executable, "-m", module, *arguments]
    environ = environment(database) | variables
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(arguments)} failed:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
