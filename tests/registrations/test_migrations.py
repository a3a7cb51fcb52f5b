"""Rows of the versions before, brought to what the product holds now."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lyceum.core import clock
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory

APP = "registrations"
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def migrate(*targets: tuple[str, str]) -> Any:
    """Migrate to these states; return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.fixture
def newest_afterwards() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_pending_registration_without_a_deadline_gets_one_that_is_over(newest_afterwards: None) -> None:
    event = OpenEventFactory()
    before = migrate((APP, "0002_holds")).get_model(APP, "Registration")
    values = {"event_id": event.pk, "ticket_type_id": event.ticket_types.get().pk, "registered_at": clock.now()}
    before.objects.create(email="old@example.org", status="pending", **values)
    before.objects.create(email="seated@example.org", status="confirmed", check_in_code="OTHER", **values)
    after = migrate((APP, "0003_pending_is_held")).get_model(APP, "Registration")
    held = dict(after.objects.values_list("email", "held_until"))
    assert held["old@example.org"] <= clock.now()
    assert held["seated@example.org"] is None


def test_who_registered_for_themselves_stays_known_and_notes_come_along(newest_afterwards: None) -> None:
    event, known, added = OpenEventFactory(), UserFactory(), UserFactory()
    apps = migrate((APP, "0006_organizer_notes"))
    values = {"event_id": event.pk, "ticket_type_id": event.ticket_types.get().pk, "registered_at": clock.now()}
    rows = apps.get_model(APP, "Registration").objects
    first = rows.create(email=known.email, user_id=known.pk, status="confirmed", **values)
    rows.create(
        email=added.email, user_id=added.pk, status="confirmed", source="organizer_added", check_in_code="B", **values
    )
    rows.create(email="guest@example.org", status="confirmed", check_in_code="C", **values)
    apps.get_model(APP, "Attendance").objects.create(registration_id=first.pk, event_id=event.pk, notes="Came late.")
    after = migrate((APP, "0007_acknowledged_before")).get_model(APP, "Registration").objects
    found = {row.email: (row.acknowledged_at, row.notes) for row in after.all()}
    assert found == {
        known.email: (first.registered_at, "Came late."),
        added.email: (None, ""),
        "guest@example.org": (None, ""),
    }
