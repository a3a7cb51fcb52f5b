"""One table of the database's constraints: what a caller is told who runs into one, or why nobody can.

Each app declares its own in its `constraints.py`. A constraint is called by its name; one that has none, because it
comes with a unique column, is called as SQLite says it: `accounts_user.email`, or `table.one, table.other`.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Model, ProtectedError, RestrictedError, UniqueConstraint

from lyceum.core.errors import ChangedMeanwhile, InvalidState, Refusal

log = logging.getLogger(__name__)
NEEDED = "Something else still needs this, so it can't be deleted."

# By the constraint's name: what makes the refusal of each that a caller can run into, and why nobody meets the others.
REFUSED: dict[str, Callable[[], Refusal]] = {}
UNREACHABLE: dict[str, str] = {}

# Of PostgreSQL: a row that another one refers to is gone, or is still referred to.
_FOREIGN_KEY_VIOLATION = "23503"
_SQLITE_FAILED = re.compile(r"^(?P<kind>\w+(?: \w+)*) constraint failed(?:: (?P<what>.+))?$", re.DOTALL)
_SQLITE_INDEX = re.compile(r"^index '(.+)'$")
# "Key (event_id, email)=(…) already exists.", in whatever language the server speaks.
_POSTGRES_COLUMNS = re.compile(r"\(([^()=]+)\)=\(")


def declare_constraints(
    *, refused: Mapping[str, Callable[[], Refusal]] | None = None, unreachable: Mapping[str, str] | None = None
) -> None:
    """Say of constraints what each refuses, or why no caller can run into it.

    refused: by the constraint's name, a refusal's class or whatever else makes one.
    unreachable: by the constraint's name, the reason.
    Raises: TypeError when a constraint is declared twice, or a reason is missing.
    """
    for name in [*(refused or {}), *(unreachable or {})]:
        if name in REFUSED or name in UNREACHABLE:
            raise TypeError(f"The constraint {name} is declared twice.")
    if not all(reason.strip() for reason in (unreachable or {}).values()):
        raise TypeError("Each constraint that nobody can run into needs its reason.")
    REFUSED.update(refused or {})
    UNREACHABLE.update(unreachable or {})


def broken_constraint(error: BaseException | None) -> Refusal | None:
    """Return the refusal that a database's "no" means to a caller, or None for a fault of the code.

    Whatever the transaction did is undone by then. A reference to a row that went in the same moment needs no entry:
    it always means that the caller saw something that has changed.
    """
    if isinstance(error, (ProtectedError, RestrictedError)):
        return InvalidState(NEEDED)
    if not isinstance(error, IntegrityError):
        return None
    if _is_about_a_reference(error):
        log.warning("reference_broken")
        return ChangedMeanwhile()
    name = constraint_of(error)
    make = REFUSED.get(name or "")
    if make is None:
        return None
    # By its name alone: what the database says beside it repeats what somebody sent.
    log.warning("constraint_broken", extra={"constraint": name})
    return make()


def constraint_of(error: IntegrityError) -> str | None:
    """Return the name of the constraint that was broken, as the table calls it, or None when the error doesn't say."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _named_by_sqlite(str(cause))
    said = getattr(cause, "diag", None)
    if said is None:
        return None
    if said.constraint_name in REFUSED or said.constraint_name in UNREACHABLE:
        return str(said.constraint_name)
    columns = _POSTGRES_COLUMNS.search(said.message_detail or "")
    if columns is None:
        return str(said.constraint_name) if said.constraint_name else None
    return _by_columns(said.table_name or "", [column.strip().strip('"') for column in columns[1].split(",")])


def _named_by_sqlite(message: str) -> str | None:
    found = _SQLITE_FAILED.match(message)
    if found is None or not found["what"]:
        return None
    if found["kind"] != "UNIQUE":
        return found["what"]
    if index := _SQLITE_INDEX.match(found["what"]):
        return index[1]
    parts = [part.rpartition(".") for part in found["what"].split(", ")]
    return _by_columns(parts[0][0], [column for _, _, column in parts])


def _is_about_a_reference(error: IntegrityError) -> bool:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return str(cause) == "FOREIGN KEY constraint failed"
    return getattr(cause, "sqlstate", None) == _FOREIGN_KEY_VIOLATION


def _by_columns(table: str, columns: list[str]) -> str:
    unnamed = ", ".join(f"{table}.{column}" for column in columns)
    return _named_by_columns().get(unnamed, unnamed)


@cache
def _named_by_columns() -> dict[str, str]:
    """Return the names of unique constraints by the columns that SQLite names instead."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for constraint in model._meta.constraints:  # noqa: SLF001 -- Django's documented API, whatever its name
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                found[columns_of(model, constraint.fields)] = str(constraint.name)
    return found


def columns_of(model: type[Model], fields: Sequence[str]) -> str:
    """Return the columns of these fields as SQLite names them: `table.one, table.other`."""
    meta = model._meta  # noqa: SLF001 -- Django's documented API, whatever its name
    columns = {field.name: field.column for field in meta.concrete_fields}
    return ", ".join(f"{meta.db_table}.{columns[name]}" for name in fields)
