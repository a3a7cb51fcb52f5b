"""Writing many rows' columns at once.

Django's `bulk_update` builds an expression for each value, which takes longer than all the rest of a decision;
one statement run for many rows costs a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, models


def write_columns(rows: Sequence[models.Model], columns: Sequence[str], *, at: datetime) -> None:
    """Write each row's own values of these columns, and `updated_at`.

    rows: of one model, locked by the caller or derived from locked ones.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented API, whatever its name
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in (*columns, "updated_at")]
    for row in rows:
        row.updated_at = at  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    written = ", ".join(f"{quote(field.column or field.name)} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {written} WHERE {quote('id')} = %s"  # noqa: S608 -- names of our own columns
    fields.append(by_name["id"])
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
