"""Data of an earlier version is migrated, and nothing of it is lost: the API answers as it did before."""

from __future__ import annotations

import csv
import json
import lzma
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg import sql

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).resolve().parents[2]
OLD = Path(__file__).parent / "version_1_0"


def unpacked(name: str) -> bytes:
    return lzma.decompress((OLD / f"{name}.xz").read_bytes())


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the upgraded installation is started with; it never sees the suite's own database."""
    unwanted = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {
        "LYCEUM_ENV": "development",
        "LYCEUM_DATA": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


@pytest.fixture
def old_sqlite(environment: dict[str, str]) -> dict[str, str]:
    Path(environment["LYCEUM_DATA"], "lyceum.sqlite3").write_bytes(unpacked("lyceum.sqlite3"))
    return environment


@pytest.fixture
def old_postgres(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    server = {name: str(value) for name, value in connection.get_connection_params().items() if name in _PARAMETERS}
    name = f"upgrade_{uuid4().hex[:12]}"
    with psycopg.connect(**server, autocommit=True) as admin:  # type: ignore[arg-type]
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(**server | {"dbname": name}, autocommit=True) as empty:  # type: ignore[arg-type]
                empty.execute(unpacked("postgres.sql"))
            host, port = server.get("host", ""), server.get("port", "")
            address = f"postgres://{server.get('user', '')}@/{name}?host={host}" + (f"&port={port}" if port else "")
            yield environment | {"DATABASE_URL": address, "PGPASSWORD": server.get("password", "")}
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


# What the version before told too much of: the address that an organizer signs in with, in their certificates.
ON_PURPOSE = re.compile(r"/certificate_data/organizer_email: '[^']+' became ''$")
_PARAMETERS = {"host", "port", "user", "password", "dbname"}


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Name every value that is not what it was. A key that has come since is no difference."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted(before)
            for line in differences(before[key], after.get(key, "absent"), f"{path}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line
            for n, (a, b) in enumerate(zip(before, after, strict=True))
            for line in differences(a, b, f"{path}/{n}")
        ]
    return [] if before == after else [f"{path}: {before!r} became {after!r}"]


def read(recorded: str) -> dict[str, Any]:
    """Return the answers by their address, tables as rows with names: a new column is no difference."""
    found = json.loads(recorded)
    return {path: list(csv.DictReader(said)) if path.endswith("export/") else said for path, said in found.items()}


def check_upgrade(environment: dict[str, str], recorded: str) -> None:
    run(environment, "manage.py", "migrate", "-v0")
    before = read(unpacked(recorded).decode())
    after = read(run(environment, "-m", "tests.upgrade.answers"))
    assert len(before) == 440
    assert [line for line in differences(before, after) if not ON_PURPOSE.search(line)] == []
    # What the old version still owed is done by the new one.
    assert json.loads(run(environment, "-m", "tests.upgrade.owed")) == {
        "undelivered_before": True,
        "undelivered_after": 0,
        "dead": 0,
        "postponed_mail_sent": True,
    }


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="its twin runs on PostgreSQL")
def test_a_data_folder_of_the_version_before(old_sqlite: dict[str, str]):
    check_upgrade(old_sqlite, "answers-sqlite.json")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db
def test_a_postgresql_of_the_version_before(old_postgres: dict[str, str]):
    check_upgrade(old_postgres, "answers-postgres.json")
