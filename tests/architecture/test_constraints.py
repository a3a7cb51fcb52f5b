"""Every constraint of the database is in the one table: with what a caller is refused, or why no caller meets it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, UniqueConstraint

from lyceum.core.broken_constraints import REFUSED, UNREACHABLE, columns_of
from lyceum.core.errors import Refusal

pytestmark = pytest.mark.both_databases


def models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def uniques(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yield each of a table's unique constraints: its name in the table of refusals, and its columns."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield constraint.name, columns_of(model, constraint.fields) if constraint.fields else constraint.name
    for fields in [
        *model._meta.unique_together,
        *([field.name] for field in model._meta.local_fields if field.unique and not field.primary_key),
    ]:
        yield columns_of(model, fields), columns_of(model, fields)


def every_constraint() -> Iterator[str]:
    """Yield checks, exclusions and whatever else is named, then what is unique without a name.

    That a positive number isn't below zero is Django's own check; references to other rows need no entry.
    """
    for model in models():
        yield from (one.name for one in model._meta.constraints if not isinstance(one, UniqueConstraint))
        yield from (name for name, _ in uniques(model))


def test_every_constraint_is_in_the_table_once():
    declared = set(REFUSED) | set(UNREACHABLE)
    existing = Counter(every_constraint())
    assert sorted(set(existing) - declared) == []
    assert sorted(declared - set(existing)) == []
    assert {name for name, times in existing.items() if times > 1} == set()
    assert len(existing) > 100


def test_each_refuses_with_a_reason_for_the_caller():
    made = {name: make() for name, make in REFUSED.items()}
    assert all(isinstance(refusal, Refusal) and 400 <= refusal.status < 500 for refusal in made.values())
    assert all(len(reason) > 20 for reason in UNREACHABLE.values())


def test_columns_name_one_constraint():
    """SQLite names the columns alone, so two constraints on the same ones couldn't be told apart."""
    for model in models():
        columns = Counter(columns for _, columns in uniques(model))
        assert {name: times for name, times in columns.items() if times > 1} == {}, model


@pytest.mark.django_db
def test_the_database_has_no_unique_index_that_the_table_does_not_know():
    declared = set(REFUSED) | set(UNREACHABLE)
    unknown = []
    with connection.cursor() as cursor:
        for model in models():
            by_columns = {columns: name for name, columns in uniques(model)}
            table = model._meta.db_table
            for name, index in connection.introspection.get_constraints(cursor, table).items():
                if not index["unique"] or index["primary_key"]:
                    continue
                columns = ", ".join(f"{table}.{column}" for column in index["columns"])
                if name not in declared and by_columns.get(columns) not in declared:
                    unknown.append(f"{table}: {name} ({columns})")
    assert unknown == []
