"""Run the suite on SQLite, then on PostgreSQL. Arguments go to pytest: `scripts/run_tests.py tests/events`.

`--quick`, as the first argument, leaves out the slow tests, and runs on SQLite only what touches the differences
between the two databases.
LYCEUM_TEST_ON=sqlite|postgres runs one of the two. DATABASE_URL names the PostgreSQL; without it an embedded one runs.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from temporary_postgres import temporary_postgres

QUICK = ["-m", "not slow"]
# Of these, what is marked as touching the differences between the two databases.
QUICK_ON_SQLITE = ["-m", "not slow and both_databases"]
WORKERS = os.environ.get("LYCEUM_TEST_WORKERS", "2")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = os.environ.get("LYCEUM_TEST_ON", "sqlite,postgres").split(",")
    outcomes: list[tuple[str, int, float]] = []
    quick = arguments[:1] == ["--quick"]
    on_sqlite = arguments
    if quick:
        on_sqlite, arguments = [*QUICK_ON_SQLITE, *arguments[1:]], [*QUICK, *arguments[1:]]
    if "sqlite" in chosen:
        outcomes.append(run("SQLite", "", on_sqlite))
    if "postgres" in chosen:
        with database_url() as url:
            outcomes.append(run("PostgreSQL", url, arguments))
    print()
    for name, status, seconds in outcomes:
        print(f"{name:<12}{'passed' if status == 0 else 'FAILED'} in {seconds:.0f} s")
    return max((status for _, status, _ in outcomes), default=2)


def run(name: str, url: str, arguments: list[str]) -> tuple[str, int, float]:
    print(f"\n=== The suite on {name} ===", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", WORKERS, "--dist", "loadgroup", *arguments]
    status = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode  # noqa: S603 -- a fixed list of arguments
    return name, status, time.monotonic() - began


@contextlib.contextmanager
def database_url() -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL", ""):
        yield given
        return
    with temporary_postgres() as url:
        yield url


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
