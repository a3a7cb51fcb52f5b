"""What every row says about its own times."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from lyceum.core import clock
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db


def test_a_rows_times_are_the_products(monkeypatch: Any) -> None:
    first, second = datetime(2040, 1, 2, 3, tzinfo=UTC), datetime(2040, 1, 2, 4, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: first)
    event = EventFactory()
    assert (event.created_at, event.updated_at) == (first, first)
    monkeypatch.setattr(clock, "now", lambda: second)
    event.save(update_fields=["title", "updated_at"])
    event.refresh_from_db()
    assert (event.created_at, event.updated_at) == (first, second)


def test_migrations_know_nothing_of_the_clock() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
