"""What the product holds about people: each app declares, for each of its models, what is exported, erased and kept.

An app's `personal_data.py` lists its models as `Held` or `about_nobody`, and registers them as a holding. A test asks
that no text or JSON column of any model is missing, Django's own included, and the settings say in which order holdings
are exported and erased (`PERSONAL_DATA_ORDER`).

Rows are found by the account and by the addresses that it has proven. An address that was never proven may be somebody
else's: it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet


@dataclass(frozen=True, slots=True)
class Person:
    """Whom rows are about: an account, and the addresses that it has proven, in lower case."""

    user_id: UUID
    emails: frozenset[str] = frozenset()


Rows = list[dict[str, Any]]
Export = Callable[[Person], Iterable[tuple[str, Rows]]]
# Called as `erase(person, at=…)`, inside the transaction that deletes the account.
Erase = Callable[..., None]
BATCH = 200
# Nobody has an address there, for ever (RFC 6761).
_NOWHERE = "@deleted.invalid"


def erased_address(row_id: UUID) -> str:
    """Return what stands where an address stood, different for each row or person, so that it can be unique."""
    return f"deleted-{row_id}{_NOWHERE}"


def is_erased_address(email: str) -> bool:
    """Say whether the address was erased: no mail goes there."""
    return email.strip().lower().endswith(_NOWHERE)


def names_address(text: str, emails: Iterable[str]) -> bool:
    """Say whether one of the addresses stands in a text as a whole: `li@uni.edu` doesn't stand in `ali@uni.edu`.

    emails: in lower case.
    """
    whole = "|".join(re.escape(email) for email in emails)
    return bool(whole) and re.search(rf"(?<![\w.%+-])(?:{whole})(?![\w-]|\.\w)", text.lower()) is not None


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one model that are about people, and what becomes of their columns.

    rows: finds a person's rows, by account and by proven address, in the order of the export, deleted ones included.
    file: the name of its file in the export; blank where nothing is exported, for the reason that `withheld` gives.
    exported: the columns of that file, in their order, across relations too; None for all but the withheld.
    withheld: a reason for each text or JSON column that the person doesn't get.
    erased: what each column becomes: a value, or a function of the row. Where a function of the app's own erases a
        column, it is named in `erased_by_app` instead.
    kept: a reason for each text or JSON column that stays.
    deleted: whether the rows go as a whole.
    """

    model: type[Model]
    rows: Callable[[Person], QuerySet[Any]]
    file: str = ""
    exported: tuple[str, ...] | None = ()
    withheld: Mapping[str, str] = field(default_factory=dict)
    erased: Mapping[str, Any] = field(default_factory=dict)
    erased_by_app: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False

    def columns(self) -> list[str]:
        """Return the columns of the export's file."""
        if self.exported is not None:
            return list(self.exported)
        return [column.attname for column in _columns(self.model) if column.attname not in self.withheld]


@dataclass(frozen=True, slots=True)
class Holding:
    """One part of what is held about people, exported and erased together."""

    name: str
    held: tuple[Held, ...]
    export: Export
    erase: Erase


HOLDINGS: Final[dict[str, Holding]] = {}
# Models that say nothing about a person, each with the reason.
ABOUT_NOBODY: Final[dict[type[Model], str]] = {}


def register_personal_data(
    name: str, *, held: tuple[Held, ...] = (), export: Export | None = None, erase: Erase | None = None
) -> None:
    """Register a holding, when the app starts.

    held: its models. What is plain about them is exported and erased from these declarations alone.
    export: yields further files, as (name, rows).
    erase: does the erasing instead; it calls `erase_rows` for what is plain.
    """

    def plainly(person: Person, *, at: datetime) -> None:
        erase_all(held, person, at=at)

    def files(person: Person) -> Iterator[tuple[str, Rows]]:
        named = ((one.file, export_rows(one, person)) for one in held if one.file)
        return chain(named, export(person) if export else ())

    HOLDINGS[name] = Holding(name, held, files, erase or plainly)


def about_nobody(reason: str, *models: type[Model]) -> None:
    """Declare models whose rows say nothing about a person, or nothing that isn't declared elsewhere."""
    ABOUT_NOBODY.update(dict.fromkeys(models, reason))


def export_person(person: Person) -> Iterator[tuple[str, Rows]]:
    """Yield every file of what is held about a person."""
    for holding in _in_order():
        yield from holding.export(person)


def erase_person(person: Person, *, at: datetime) -> None:
    """Have every app forget a person, inside the caller's transaction."""
    for holding in _in_order():
        holding.erase(person, at=at)


def export_rows(held: Held, person: Person) -> Rows:
    """Return a person's rows of one model."""
    return list(held.rows(person).values(*held.columns()))


def erase_all(held: Iterable[Held], person: Person, *, at: datetime) -> None:
    """Erase a person's rows of several models, in the order given."""
    for one in held:
        erase_rows(one, person, at=at)


def erase_rows(held: Held, person: Person, *, at: datetime) -> None:
    """Erase a person's rows of one model as it is declared.

    Locks: the rows, by id.
    """
    rows = held.rows(person)
    if held.deleted:
        rows.delete()
    elif any(map(callable, held.erased.values())):
        _erase_each(held, rows, at)
    elif held.erased:
        rows.update(**held.erased, updated_at=at)


def _erase_each(held: Held, rows: QuerySet[Any], at: datetime) -> None:
    locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for row in locked:
        for column, value in held.erased.items():
            setattr(row, column, value(row) if callable(value) else value)
        row.updated_at = at
    # Django documents this manager for code that must reach hidden rows too.
    rows.model._base_manager.bulk_update(locked, [*held.erased, "updated_at"], batch_size=BATCH)  # noqa: SLF001 -- as above


def _in_order() -> list[Holding]:
    """Return the holdings in the declared order.

    Raises: KeyError for a holding that the order names and no app registers.
    """
    return [HOLDINGS[name] for name, _ in settings.PERSONAL_DATA_ORDER]


def _columns(model: type[Model]) -> list[Any]:
    return list(model._meta.concrete_fields)  # noqa: SLF001 -- Django documents `_meta` for this
