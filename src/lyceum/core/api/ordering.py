"""The order of a list: total, the same on every database, and such that it can be taken up behind any row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, OrderBy, Q, QuerySet

from lyceum.core.api.moments import parse_moment

Value = str | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column that a list is ordered by. Rows that have nothing in it come last, whichever way it is ordered."""

    name: str
    descending: bool
    field: models.Field[Any, Any]
    nullable: bool

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def term(self, *, backwards: bool) -> OrderBy:
        """Return what a query is ordered by, forwards or backwards."""
        empty: dict[str, bool] = {"nulls_first" if backwards else "nulls_last": True} if self.nullable else {}
        return OrderBy(F(self.name), descending=self.descending != backwards, **empty)

    def value_of(self, row: Any) -> Value:
        """Return the row's value, as it stands in a cursor; a list's rows are objects, or plain values by name."""
        value = row[self.name] if isinstance(row, dict) else self._reached_from(row)
        if isinstance(value, datetime):
            return value.isoformat()
        return value if value is None or isinstance(value, bool | int) else str(value)

    def _reached_from(self, row: Any) -> Any:
        for part in self.name.split("__"):
            try:
                row = getattr(row, part)
            except ObjectDoesNotExist:
                return None
            if row is None:
                return None
        return row

    def read(self, value: Value) -> Any:
        """Return the value of a cursor as the column holds it.

        Raises: ValueError, OverflowError, ValidationError for what the column can't hold.
        """
        if value is None:
            if not self.nullable:
                raise ValueError
            return None
        if isinstance(self.field, models.DateTimeField):
            return parse_moment(str(value))
        return self.field.to_python(value)

    def same(self, value: Any) -> Q:
        """Keep the rows that have this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Keep the rows that come later than this value; None if no row can."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backwards else None
        later = Q(**{f"{self.name}__{self._later(backwards=backwards)}": value})
        return later if backwards or not self.nullable else later | Q(**{f"{self.name}__isnull": True})

    def from_here_on(self, value: Any, *, backwards: bool) -> Q:
        """Keep what can come at or later than this value, in the form in which an index finds its beginning."""
        if self.nullable:
            return Q()
        return Q(**{f"{self.name}__{self._later(backwards=backwards)}e": value})

    def _later(self, *, backwards: bool) -> str:
        return "lt" if self.descending != backwards else "gt"


@dataclass(frozen=True)
class Order:
    """Columns of which the last one is the key, so that no two rows stand in one place."""

    columns: tuple[Column, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Self:
        """Return the order that a query states, else its model's, with the key behind it where that is lacking."""
        # Django has no documented way to ask a query for its order.
        stated = rows.query.order_by or (rows.query.default_ordering and rows.query.get_meta().ordering) or ()
        return cls.by(rows, [_name_of(term) for term in stated])

    @classmethod
    def by(cls, rows: QuerySet[Any], names: Iterable[str]) -> Self:
        """Return the order by these columns, as `order_by` takes them; the first mention of a column counts."""
        columns: dict[str, Column] = {}
        key = rows.query.get_meta().pk.name
        for stated in [*names, f"-{key}"]:
            name = stated.removeprefix("-")
            if name not in columns and key not in columns:
                field, nullable = _field_of(rows, name)
                columns[name] = Column(name, stated.startswith("-"), field, nullable)
        return cls(tuple(columns.values()))

    def __str__(self) -> str:
        return ",".join(map(str, self.columns))

    def of_rows(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """Put rows into this order, or into its reverse."""
        return rows.order_by(*(column.term(backwards=backwards) for column in self.columns))

    def place_of(self, row: Any) -> list[Value]:
        """Return where a row stands, one value for each column."""
        return [column.value_of(row) for column in self.columns]

    def read_place(self, values: Sequence[Value]) -> list[Any]:
        """Return a place as a cursor states it, in values of the columns.

        Raises: ValueError, OverflowError, ValidationError for what is no place in this order.
        """
        return [column.read(value) for column, value in zip(self.columns, values, strict=True)]

    def beyond(self, place: Sequence[Any], *, backwards: bool) -> Q:
        """Keep the rows behind a place; backwards, those before it."""
        found: Q | None = None
        for column, value in reversed(list(zip(self.columns, place, strict=True))):
            later = column.beyond(value, backwards=backwards)
            if found is not None:
                tied = column.same(value) & found
                later = tied if later is None else later | tied
            found = later
        return self.columns[0].from_here_on(place[0], backwards=backwards) & cast(Q, found)


def _name_of(term: Any) -> str:
    """Return a term of `order_by` as text. Lists are ordered by columns and annotations, not by expressions."""
    if isinstance(term, OrderBy) and isinstance(term.expression, F):
        name: str = cast(Any, term.expression).name
        return f"-{name}" if term.descending else name
    if not isinstance(term, str) or term == "?":
        raise TypeError(f"A list can't be ordered by {term!r}.")
    return term


def _field_of(rows: QuerySet[Any], name: str) -> tuple[models.Field[Any, Any], bool]:
    """Return the field behind a name, and whether a row can be without a value in it."""
    if name in rows.query.annotations:
        return rows.query.annotations[name].output_field, True
    meta, nullable = rows.query.get_meta(), False
    *ways, last = name.split("__")
    for way in ways:
        relation: Any = meta.get_field(way)
        nullable = nullable or relation.null or not relation.concrete
        meta = relation.related_model._meta  # noqa: SLF001 -- Django's documented way to a model's fields
    field = cast("models.Field[Any, Any]", meta.get_field(last))
    return field, nullable or field.null
