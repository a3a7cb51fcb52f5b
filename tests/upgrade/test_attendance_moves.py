"""Attendance moves from the registrations' columns to rows of its own, and nothing is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.database_address import database_address

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a process that works on an empty database, of the kind that the suite runs on."""
    unwanted = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | {
        "LYCEUM_ENV": "development",
        "LYCEUM_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lyceum.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    if connection.vendor == "sqlite":
        yield environment
        return
    name = f"moves_{uuid4().hex[:12]}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield environment | {"DATABASE_URL": database_address(name)}
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_everything_that_was_known_moves_and_comes_back(empty_database: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.attendance_moves"],
        cwd=ROOT, env=empty_database, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    before, after = found["before"], found["after"]
    assert set(before) - set(after) == {"nothing"}
    assert all(after[name]["registration_id"] == before[name]["id"] for name in after)
    assert all(after[name]["event_id"] == before[name]["event_id"] for name in after)
    full = after["full"]
    for name in ("id", "created_at", "updated_at", "registration_id", "event_id", "registration__email"):
        full.pop(name)
    assert full == {
        "checked_in_at": "2026-05-04 09:30:00+00:00",
        "checked_in_by_id": found["user"],
        "checked_in_where": "North door",
        "zoom_registrant_id": "r-1",
        "attended_by_hand": "True",
        "percent_by_hand": "90",
        "notes": "Signed the list.",
        "attended": "True",
        "percent": "93",
        "minutes": "56",
        "sessions_attended": "2",
        "first_join_at": "2026-05-04 09:02:00+00:00",
        "last_leave_at": "2026-05-04 09:58:00+00:00",
        "eligible": "True",
        "decided_at": "2026-05-04 10:10:00+00:00",
        "explanation": "['Présent.', 'The organizer decided by hand: not eligible. Reason: Left.']",
        "override": "False",
        "override_by_id": found["user"],
        "override_reason": "Left.",
        "override_at": "2026-05-05 08:00:00+00:00",
    }
    assert found["back"] == before
