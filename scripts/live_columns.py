"""Check that every column added to a live table has a default in the database, or may be null. Exit 1 otherwise.

While a new version is rolled out, processes of the version before still insert rows without the new column.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")

import django

django.setup()

from django.db.migrations.loader import MigrationLoader  # noqa: E402 -- needs Django to be set up
from django.db.migrations.operations import AddField, CreateModel  # noqa: E402 -- as above


def main() -> int:
    found = sorted(wanting())
    for line in found:
        print(line)
    return 1 if found else 0


def wanting() -> Iterator[str]:
    for (label, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if type(migration).__module__.startswith("lyceum."):
            new = {one.name.lower() for one in migration.operations if isinstance(one, CreateModel)}
            for operation in added_fields(migration):
                field = operation.field
                if operation.model_name.lower() not in new and not (
                    field.null or field.has_db_default() or field.many_to_many
                ):
                    yield f"{label} {name}: {operation.model_name}.{operation.name} needs a db_default, or null=True"


def added_fields(migration: Any) -> list[AddField]:
    return [operation for operation in migration.operations if isinstance(operation, AddField)]


if __name__ == "__main__":
    sys.exit(main())
