"""The scaled set-up, started natively: what compose.yaml starts in containers, with the same commands."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import redis

from lyceum.config.children import end_with_parent
from lyceum.config.serve import WIRE
from tests.database_address import database_address

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CELERY = [str(BIN / "celery"), "--quiet", "-A", "lyceum.config.celery"]


@dataclass
class ScaledSetup:
    """Where to reach it, and its processes by name."""

    address: str
    web_address: str
    data: Path
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def client(self) -> httpx.Client:
        """A caller from outside, behind whatever has ended TLS."""
        headers = {"X-Forwarded-Proto": "https", "Host": "cpd.example.org"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=30)

    def start(self, name: str, command: list[str]) -> None:
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            command, env=self.environment, cwd=self.data, stdout=log, stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 -- no other thread of ours runs yet
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """End one process the hard way."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.data.glob("*.log")))


@contextlib.contextmanager
def scaled_setup(folder: Path) -> Iterator[ScaledSetup]:
    """Start PostgreSQL's own database, two web processes, worker, beat and nginx; stop them all at the end."""
    with _database() as database_url, _redis() as redis_url:
        setup = _configured(folder, database_url, redis_url)
        _manage(setup, "prepare")
        _manage(setup, "collectstatic", "--noinput", "--verbosity", "0")
        try:
            setup.start("web", _web(setup))
            start_worker(setup)
            start_beat(setup)
            setup.start("nginx", _nginx(setup))
            _wait(setup)
            yield setup
        finally:
            setup.stop()


@contextlib.contextmanager
def bare_setup(folder: Path, *, database_url: str, redis_url: str = "") -> Iterator[ScaledSetup]:
    """Start web, worker and beat on servers that the test may take away; no proxy, no throttles."""
    setup = _configured(folder, database_url, redis_url)
    setup.address = f"http://{setup.web_address}"
    setup.environment |= {"THROTTLE_ANON": "off", "THROTTLE_PUBLIC_READ": "off", "DEMO_DATA": "0"}
    _manage(setup, "prepare")
    try:
        setup.start("web", _web(setup, workers=1))
        start_worker(setup)
        start_beat(setup)
        _wait(setup)
        yield setup
    finally:
        setup.stop()


def start_beat(setup: ScaledSetup) -> None:
    setup.start("beat", [*CELERY, "beat", "--loglevel", "warning", "--pidfile", ""])


def start_worker(setup: ScaledSetup) -> None:
    setup.start("worker", [*CELERY, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "warning",
                           "--without-gossip", "--without-mingle"])  # fmt: skip


@contextlib.contextmanager
def _database() -> Iterator[str]:
    """Make a database of its own on the server that the suite runs on."""
    name = f"lyceum_scaled_{secrets.token_hex(4)}"
    with psycopg.connect(database_address("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield database_address(name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    url = os.environ.get("LYCEUM_TEST_REDIS", "redis://127.0.0.1:6379/9")
    with redis.Redis.from_url(url) as server:
        server.flushdb()
        yield url
        server.flushdb()


def _configured(folder: Path, database_url: str, redis_url: str) -> ScaledSetup:
    web, public = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "ignore:You're running the worker",
        "PORT": str(web),
        "DJANGO_SETTINGS_MODULE": "lyceum.config.settings",
        "LYCEUM_ENV": "production",
        "EMAIL_BACKEND": "files",
        "LYCEUM_DATA": str(folder),
        "DATABASE_URL": database_url,
        "DATABASE_POOL_SIZE": "12",
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "cpd.example.org",
        "CORS_ALLOWED_ORIGINS": "https://cpd.example.org",
        "FRONTEND_URL": "https://cpd.example.org",
        "TRUSTED_PROXIES": "1",
        "ZOOM_WEBHOOK_SECRET": "zoom-secret-of-the-journey",
        "METRICS_TOKEN": "figures-of-the-journey",
        "ADMIN_EMAIL": "root@example.org",
        "ADMIN_PASSWORD": secrets.token_urlsafe(16),
    }
    return ScaledSetup(f"http://127.0.0.1:{public}", f"127.0.0.1:{web}", folder, environment)


def _manage(setup: ScaledSetup, *arguments: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, env=setup.environment, cwd=setup.data, check=True)


def _web(setup: ScaledSetup, *, workers: int = 2) -> list[str]:
    host, _, port = setup.web_address.partition(":")
    return [
        str(BIN / "granian"), *WIRE, "--host", host, "--port", port, "--workers", str(workers),
        "--backlog", "2048", "--respawn-failed-workers", "--workers-kill-timeout", "8",
        "--log-level", "warning", "lyceum.config.asgi:application",
    ]  # fmt: skip


def _nginx(setup: ScaledSetup) -> list[str]:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("${LYCEUM_WEB}", setup.web_address).replace(
        "${LYCEUM_LISTEN}", setup.address.removeprefix("http://")
    )
    scratch = setup.data / "nginx"
    scratch.mkdir()
    text = text.replace("/tmp/lyceum-public", f"{scratch}/public")
    folders = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{name}_temp_path {scratch}/{name};" for name in folders)
    user = "user root;\n" if os.geteuid() == 0 else ""
    configuration = scratch / "nginx.conf"
    main = f"{user}daemon off;\npid {scratch}/pid;\nerror_log stderr warn;\nevents {{}}\n"
    configuration.write_text(f"{main}http {{\n{temporary}\n{text}\n}}\n")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-p", str(scratch), "-c", str(configuration)]


def _wait(setup: ScaledSetup) -> None:
    with setup.client() as client:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                if client.get("/readyz/").status_code == 200:
                    return
            time.sleep(0.1)
    raise RuntimeError(f"The scaled set-up is not ready.\n{setup.logs()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
