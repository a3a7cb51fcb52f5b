"""An account of the version before keeps what it had."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from lyceum.accounts.models import NotificationPreference

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
BEFORE = [("accounts", "0001_initial")]
DROPPED = ("token_blacklist_outstandingtoken", "token_blacklist_blacklistedtoken")


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def latest() -> list[tuple[str, str]]:
    # Of every app: going back takes along what others have built upon these tables.
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def before() -> Iterator[Any]:
    after = latest()
    yield migrate(BEFORE)
    migrate(after)


def test_choices_move_to_rows(before: Any) -> None:
    people = before.get_model("accounts", "User")
    plain = people.objects.create(email="plain@example.org", password="x")
    chosen = people.objects.create(
        email="chosen@example.org", password="x", newsletter_subscribed=True, notify_event_reminders=False
    )
    migrate(latest())
    rows = set(NotificationPreference.objects.values_list("user_id", "topic", "channel", "wanted"))
    assert rows == {(chosen.pk, "newsletter", "mail", True), (chosen.pk, "event_reminders", "mail", False)}
    back = migrate(BEFORE).get_model("accounts", "User").objects.get(pk=chosen.pk)
    assert (back.newsletter_subscribed, back.notify_event_reminders, back.notify_marketing) == (True, False, False)
    assert migrate(BEFORE).get_model("accounts", "User").objects.get(pk=plain.pk).notify_event_reminders


@pytest.mark.parametrize("had", [True, False])
def test_the_blacklists_tables_go_if_they_were_there(before: Any, had: bool) -> None:
    recorder = MigrationRecorder(connection)
    if had:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {DROPPED[0]} (id integer PRIMARY KEY)")
            cursor.execute(f"CREATE TABLE {DROPPED[1]} (id integer REFERENCES {DROPPED[0]} (id))")
            cursor.execute(f"INSERT INTO {DROPPED[0]} VALUES (1)")
            cursor.execute(f"INSERT INTO {DROPPED[1]} VALUES (1)")
        recorder.record_applied("token_blacklist", "0001_initial")
    migrate(latest())
    assert set(connection.introspection.table_names()) & set(DROPPED) == set()
    assert not recorder.migration_qs.filter(app="token_blacklist").exists()
