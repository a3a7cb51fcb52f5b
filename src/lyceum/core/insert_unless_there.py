"""Inserting a row that may be there already, with one statement and without a savepoint."""

from __future__ import annotations

from django.db import connection, models
from django.db.models.sql import InsertQuery


def insert_unless_there(row: models.Model) -> bool:
    """Insert a row unless one with the same unique key is there, and say whether it was inserted.

    It waits for a transaction that is inserting the same key. Other constraints fail as they do elsewhere.
    """
    model = type(row)
    query = InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, [row])  # noqa: SLF001 -- Django's documented API
    [(sql, values)] = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        # Django's own way to say this would also let broken checks and missing values pass in silence on SQLite.
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", values)
        inserted: int = cursor.rowcount
    row._state.adding = not inserted  # noqa: SLF001 -- Django's documented API
    row._state.db = connection.alias  # noqa: SLF001 -- as above
    return bool(inserted)
