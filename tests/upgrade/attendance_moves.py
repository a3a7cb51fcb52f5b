"""Migrate an empty database to the state before attendance had rows of its own, fill it, migrate on, and back.

It runs as a process of its own, so that it never sees the suite's database, and prints what it found as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django must be ready first
from django.db.migrations.executor import MigrationExecutor  # noqa: E402 -- Django must be ready first

MOVES = ("registrations", "0004_attendance")
[BEFORE] = [
    node for node in import_module("lyceum.registrations.migrations.0004_attendance").Migration.dependencies
    if node[0] == "registrations"
]  # fmt: skip
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
# Every column that moves, each with a value of its own.
FULL: dict[str, Any] = {
    "checked_in_at": AT,
    "checked_in_where": "North door",
    "zoom_registrant_id": "r-1",
    "attended_by_hand": True,
    "attendance_percent_by_hand": 90,
    "attendance_notes": "Signed the list.",
    "attended": True,
    "attendance_percent": 93,
    "total_attendance_minutes": 56,
    "sessions_attended": 2,
    "first_join_at": datetime(2026, 5, 4, 9, 2, tzinfo=UTC),
    "last_leave_at": datetime(2026, 5, 4, 9, 58, tzinfo=UTC),
    "attendance_eligible": True,
    "attendance_decided_at": datetime(2026, 5, 4, 10, 10, tzinfo=UTC),
    "explanation": ["Présent.", "The organizer decided by hand: not eligible. Reason: Left."],
    "attendance_override": False,
    "attendance_override_reason": "Left.",
    "attendance_override_at": datetime(2026, 5, 5, 8, 0, tzinfo=UTC),
}
# Somebody of whom nothing is known, and one person for each single thing that can be known.
PEOPLE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "full": FULL,
    "checked-in": {"checked_in_at": AT},
    "link": {"zoom_registrant_id": "r-2"},
    "absent-by-hand": {"attended_by_hand": False},
    "notes": {"attendance_notes": "Asked for a receipt."},
    "explained": {"explanation": ["Present for 0 minutes of 60 minutes (0 %); 80 % is needed."]},
    "decided": {"attendance_decided_at": AT},
    "taken-back": {"attendance_override_at": AT},
    "cancelled": {"checked_in_at": AT, "status": "cancelled", "cancelled_at": AT},
    "deleted": {"attended": True, "deleted_at": AT},
}


def migrate(*targets: tuple[str, str]) -> Any:
    """Migrate to these states and return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def fill(apps: Any) -> UUID:
    """Make one event with these people, and return the id of the organizer, who checked some of them in."""
    user = apps.get_model("accounts", "User").objects.create(email="owner@example.org")
    event = apps.get_model("events", "Event").objects.create(
        owner=user,
        title="Wound care",
        slug="wound-care",
        starts_at=AT,
        ends_at=AT.replace(hour=11),
        duration_minutes=90,
    )
    ticket = apps.get_model("events", "TicketType").objects.create(event=event, name="Place", is_default=True)
    for number, (name, known) in enumerate(PEOPLE.items()):
        by = {"checked_in_by": user, "attendance_override_by": user} if name == "full" else {}
        values = {"status": "confirmed", "registered_at": AT, "check_in_code": f"CODE{number}"} | known | by
        address = f"{name}@example.org"
        apps.get_model("registrations", "Registration").objects.create(
            event=event, ticket_type=ticket, email=address, **values
        )
    return UUID(str(user.pk))


def rows(apps: Any, model: str, key: str) -> dict[str, Any]:
    """Return every row of a model, by the name of its person."""
    found = apps.get_model("registrations", model)._base_manager.all()
    return {
        str(row[key]).partition("@")[0]: {name: str(value) for name, value in row.items()}
        for row in found.values(key, *(field.attname for field in found.model._meta.concrete_fields))
    }


def main() -> None:
    apps = migrate(BEFORE)
    user_id = fill(apps)
    before = rows(apps, "Registration", "email")
    after = rows(migrate(MOVES), "Attendance", "registration__email")
    back = rows(migrate(BEFORE), "Registration", "email")
    sys.stdout.write(json.dumps({"user": str(user_id), "before": before, "after": after, "back": back}))


if __name__ == "__main__":
    main()
