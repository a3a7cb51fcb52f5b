"""Writing many rows' columns at once.

Django's `bulk_update` builds an expression for each value, which takes longer than all the rest of a decision;
one statement run for many rows costs a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models


def write_columns(rows: Sequence[models.Model], columns: Sequence[str], *, at: datetime, **same: Any) -> None:
    """Write each row's own values of these columns, and `updated_at`.

    rows: of one model, locked by the caller or derived from locked ones.
    same: further columns that get one value in all rows; the rows in memory are left as they are.
    """
    if not rows:
        return
    if getattr(rows[0], "append_only", False):
        raise TypeError("Rows of this model are only added, never rewritten.")
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented API, whatever its name
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in (*columns, "updated_at")]
    shared = [by_name[name] for name in same]
    for row in rows:
        row.updated_at = at  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    written = ", ".join(f"{quote(field.column or field.name)} = %s" for field in (*shared, *fields))
    sql = f"UPDATE {quote(meta.db_table)} SET {written} WHERE {quote('id')} = %s"  # noqa: S608 -- names of our own columns
    fields.append(by_name["id"])
    once = [field.get_db_prep_save(value, connection) for field, value in zip(shared, same.values(), strict=True)]
    values = [
        [*once, *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
