"""`make run`: database, demo data, web, worker and beat as one foreground command.

Ctrl-C or SIGTERM stops all of it. A child that dies is started again; none outlives this process.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from lyceum.config.children import Child, end_orphans, end_with_parent, stop_all
from lyceum.config.env import ROOT, data_folder, env
from lyceum.core.files.permissions import write_privately

STOP_SECONDS = 12.0
# Every child carries it, with the data folder as its value: so a killed supervisor's children are known.
MARK = "LYCEUM_SERVED_FROM"
# How granian speaks to the network: HTTP/1.1, a request's line and headers at most 64 KB and there within 15 s. Bodies
# are waited for in `config/front.py`. Dockerfile and docs/operations.md say the same.
WIRE = (
    "--interface", "asgi", "--loop", "asyncio", "--http", "1", "--no-ws",
    "--http1-header-read-timeout", "15000", "--http1-buffer-size", "65536",
)  # fmt: skip
# On a machine where everything runs together, whoever waits for a page comes before what follows by itself.
WORKER_NICENESS = 10
_stopping = False


class CannotStart(Exception):
    """Something outside is in the way; the message says what to do."""


def main() -> int:
    """Run until somebody says stop; return the exit status."""
    write_privately()
    os.environ.setdefault("LYCEUM_ENV", "development")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    if os.environ.get("LYCEUM_UNDER_MAKE") == "1":
        end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    folder = data_folder()
    os.environ["LYCEUM_DATA"] = str(folder)
    (folder / "static").mkdir(exist_ok=True)
    try:
        with _only_one(folder):
            # Whoever bears this mark while this process holds the lock has lost its supervisor, and needs no more time.
            end_orphans(MARK, str(folder))
            _wait_for_port()
            return _run(folder)
    except CannotStart as refusal:
        say(str(refusal))
        return 1


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _run(folder: Path) -> int:
    stamp = folder / "migrated"
    expected = _migrations_digest()
    ready = stamp.exists() and stamp.read_text() == expected and _has_database(folder)
    if not ready:
        stamp.unlink(missing_ok=True)
    children: list[Child] = []
    preparing: subprocess.Popen[bytes] | None = None
    try:
        if ready:
            children = _start_web()
        # Demo data and a database that changed under the stamp are seen to while the web is starting.
        preparing = _prepare(stamp, expected, politely=ready)
        if not ready:
            _wait_until_migrated(preparing, stamp, expected)
            children = _start_web()
        _wait_until_serving(children[0])
        children += _start_workers()
        if preparing.wait() != 0:
            raise CannotStart("Preparing the database failed; the lines above say why.")
        say(_banner(folder))
        return _watch(children)
    except KeyboardInterrupt:
        return 0
    finally:
        if preparing is not None and preparing.poll() is None:
            preparing.terminate()
        if children:
            say("Stopping …")
            stop_all(children, within=STOP_SECONDS)
            say("Stopped.")


def _watch(children: list[Child]) -> int:
    while not _stopping:
        for child in children:
            child.tend()
        time.sleep(0.2)
    return 0


def _start_web() -> list[Child]:
    command = [
        *_tool("granian"), *WIRE,
        "--host", env.str("HOST", "127.0.0.1"), "--port", str(env.int("PORT", 8000)),
        "--workers", str(env.int("WEB_WORKERS", 1)), "--backlog", "2048", "--respawn-failed-workers",
        "--workers-kill-timeout", "8", "--log-level", "error", "lyceum.config.asgi:application",
    ]  # fmt: skip
    return [_started(Child("web", command, _environment(), say))]


def _start_workers() -> list[Child]:
    celery = [*_tool("celery"), "--quiet", "-A", "lyceum.config.celery"]
    worker = [
        *celery, "worker", "--pool", "threads", "--concurrency", str(env.int("WORKER_CONCURRENCY", 4)),
        "--loglevel", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    beat = [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]
    # The schedule file is a memory of last runs only, and a killed beat can leave half of it.
    for leftover in data_folder().glob("beat-schedule*"):
        leftover.unlink()
    # Celery warns whoever runs it as root; containers and benches do, and it accepts no pickles here.
    environment = {**_environment(), "PYTHONWARNINGS": "ignore:You're running the worker"}
    numbers = range(1, env.int("WORKER_PROCESSES", 1) + 1)
    workers = [
        Child(f"worker {number}" if len(numbers) > 1 else "worker", worker, environment, say, niceness=WORKER_NICENESS)
        for number in numbers
    ]
    return [_started(child) for child in (*workers, Child("beat", beat, environment, say))]


def _started(child: Child) -> Child:
    child.start()
    return child


def _tool(name: str) -> list[str]:
    return [str(Path(sys.executable).with_name(name))]


def _environment() -> dict[str, str]:
    source = str(ROOT / "src")
    known = os.environ.get("PYTHONPATH", "")
    path = f"{source}{os.pathsep}{known}" if known else source
    return {**os.environ, "PYTHONPATH": path, MARK: str(data_folder())}


def _prepare(stamp: Path, expected: str, *, politely: bool) -> subprocess.Popen[bytes]:
    """Start migrations, administrator and demo data. politely: the web is starting too, and comes first."""
    command = [sys.executable, str(ROOT / "manage.py"), "prepare", "--stamp", str(stamp), "--digest", expected]
    if politely and (nice := shutil.which("nice")):
        command = [nice, "-n", "15", *command]
    return subprocess.Popen(  # noqa: S603 -- a fixed list of arguments
        command,
        env=_environment(),
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 -- the supervisor has one thread
    )


def _wait_until_migrated(preparing: subprocess.Popen[bytes], stamp: Path, expected: str) -> None:
    while not (stamp.exists() and stamp.read_text() == expected):
        if preparing.poll() not in (None, 0):
            raise CannotStart("The database could not be brought up to date; the lines above say why.")
        _pause()


def _wait_until_serving(web: Child) -> None:
    """Let the web have the processors first; the worker and beat follow when it answers."""
    url = f"{_local_address()}/healthz/"
    for _ in range(300):
        web.tend()
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- our own address
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            _pause()
    raise CannotStart("The web process does not answer; the lines above say why.")


def _pause() -> None:
    time.sleep(0.05)
    if _stopping:
        raise KeyboardInterrupt


def _stop(_number: int, _frame: object) -> None:
    global _stopping
    _stopping = True


def _only_one(folder: Path) -> IO[str]:
    """Hold the data folder for this process; the lock ends with it, even when it is killed."""
    file = (folder / "serve.lock").open("a")
    # Children of a supervisor killed a moment ago need a second to notice.
    for _ in range(40):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return file
    raise CannotStart(f"Lyceum already runs on the data folder {folder}. Stop it first, or set LYCEUM_DATA.")


def _wait_for_port() -> None:
    host, port = env.str("HOST", "127.0.0.1"), env.int("PORT", 8000)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(200):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise CannotStart(f"Port {port} needs more rights. Choose another: PORT=8001 make run") from None
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise CannotStart(f"Port {port} on {host} is taken. Choose another: PORT=8001 make run")


def _migrations_digest() -> str:
    """Return a fingerprint of every migration of Lyceum and of the database that they belong to."""
    digest = hashlib.sha256(env.str("DATABASE_URL", "").encode())
    for path in sorted((ROOT / "src" / "lyceum").glob("**/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update((ROOT / "requirements" / "run.lock").read_bytes())
    return digest.hexdigest()


def _has_database(folder: Path) -> bool:
    return bool(env.str("DATABASE_URL", "")) or (folder / "lyceum.sqlite3").exists()


def _local_address() -> str:
    host = env.str("HOST", "127.0.0.1")
    shown = "localhost" if host in {"0.0.0.0", "::", "127.0.0.1"} else host  # noqa: S104 -- compared only
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{env.int('PORT', 8000)}"


def _banner(folder: Path) -> str:
    address = _local_address()
    lines = ["", f"  Lyceum is running at {address}   (Ctrl-C stops it)", ""]
    pages = [("API docs", "/api/docs/"), ("Admin", "/admin/")]
    if os.environ["LYCEUM_ENV"] == "development":
        pages.append(("Mail viewer", "/dev/mail/"))
    lines += [f"  {name:<14}{address}{path}" for name, path in pages]
    accounts = folder / "demo-accounts.json"
    if accounts.exists() and env.bool("DEMO_DATA", True):
        lines += ["", "  Demo accounts (made for this data folder)"]
        for account in json.loads(accounts.read_text()):
            lines.append(f"  {account['role']:<14}{account['email']:<30}{account['password']}")
        lines += ["", f"  They stay readable in {accounts}"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
