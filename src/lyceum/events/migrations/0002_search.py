"""Index the words people search events by, in the way each database offers.

PostgreSQL gets a trigram index on the text. SQLite gets an FTS5 trigram table fed by triggers; it shares its
rowid with EventSearchText. Whoever alters that table on SQLite must make the triggers again, because Django
rebuilds the table there.
"""

from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

POSTGRESQL = [
    "CREATE INDEX event_search_trigram ON events_eventsearchtext USING gin (body gin_trgm_ops)",
]
SQLITE = [
    "CREATE VIRTUAL TABLE events_search_fts USING fts5(body, content='', tokenize='trigram')",
    """CREATE TRIGGER events_search_insert AFTER INSERT ON events_eventsearchtext BEGIN
         INSERT INTO events_search_fts(rowid, body) VALUES (new.id, new.body); END""",
    """CREATE TRIGGER events_search_delete AFTER DELETE ON events_eventsearchtext BEGIN
         INSERT INTO events_search_fts(events_search_fts, rowid, body) VALUES ('delete', old.id, old.body); END""",
    """CREATE TRIGGER events_search_update AFTER UPDATE OF body ON events_eventsearchtext BEGIN
         INSERT INTO events_search_fts(events_search_fts, rowid, body) VALUES ('delete', old.id, old.body);
         INSERT INTO events_search_fts(rowid, body) VALUES (new.id, new.body); END""",
]
UNDO = {
    "postgresql": ["DROP INDEX IF EXISTS event_search_trigram"],
    "sqlite": [
        "DROP TRIGGER IF EXISTS events_search_insert",
        "DROP TRIGGER IF EXISTS events_search_delete",
        "DROP TRIGGER IF EXISTS events_search_update",
        "DROP TABLE IF EXISTS events_search_fts",
    ],
}


def make_index(apps: Any, schema_editor: Any) -> None:
    statements = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
    for statement in statements.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def drop_index(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [TrigramExtension(), migrations.RunPython(make_index, drop_index)]
