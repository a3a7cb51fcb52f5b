"""No column that could say something about a person is forgotten by the export or by the erasure."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import (
    BinaryField,
    CharField,
    Field,
    FileField,
    GenericIPAddressField,
    JSONField,
    Model,
    TextField,
)

from lyceum.core.personal_data import ABOUT_NOBODY, HOLDINGS, Held

HELD = [held for holding in HOLDINGS.values() for held in holding.held]
# Each of these can hold words, a name or an address; email and URL fields are char fields.
TELLING = (CharField, TextField, JSONField, GenericIPAddressField, BinaryField, FileField)


def every_model() -> Iterator[type[Model]]:
    """Yield the models of the product, and of whatever else has tables here; links between two rows hold ids alone."""
    yield from apps.get_models()


def telling_columns(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields if isinstance(field, TELLING)}


def names(model: type[Model]) -> set[str]:
    fields: list[Field[object, object]] = list(model._meta.concrete_fields)
    return {field.name for field in fields} | {field.attname for field in fields}


def label(held: Held) -> str:
    return held.model._meta.label


def test_the_order_names_every_holding_once():
    named = [name for name, _ in settings.PERSONAL_DATA_ORDER]
    assert len(named) == len(set(named))
    assert set(named) == set(HOLDINGS)
    assert all(reason.strip() for _, reason in settings.PERSONAL_DATA_ORDER)


def test_every_model_is_declared_once():
    declared = [held.model for held in HELD] + list(ABOUT_NOBODY)
    ours = set(every_model())
    assert sorted(model._meta.label for model in ours - set(declared)) == []
    assert len(declared) == len(set(declared))
    assert all(reason.strip() for reason in ABOUT_NOBODY.values())


@pytest.mark.parametrize("held", HELD, ids=label)
def test_every_telling_column_is_erased_or_kept_with_a_reason(held: Held):
    if held.deleted:
        assert [*held.erased, *held.erased_by_app, *held.kept] == []
        return
    erased = set(held.erased) | set(held.erased_by_app)
    assert erased & set(held.kept) == set()
    forgotten = telling_columns(held.model) - erased - set(held.kept)
    assert sorted(forgotten) == []


@pytest.mark.parametrize("held", HELD, ids=label)
def test_every_telling_column_is_exported_or_withheld_with_a_reason(held: Held):
    exported = set(held.columns()) if held.file else set()
    assert exported & set(held.withheld) == set()
    forgotten = telling_columns(held.model) - exported - set(held.withheld)
    assert sorted(forgotten) == []


@pytest.mark.parametrize("held", HELD, ids=label)
def test_only_columns_that_exist_are_declared(held: Held):
    own = {name for name in held.exported or () if "__" not in name}
    named = own | set(held.withheld) | set(held.erased) | set(held.erased_by_app) | set(held.kept)
    assert sorted(named - names(held.model)) == []
    assert all(reason.strip() for reason in [*held.withheld.values(), *held.kept.values()])


def test_links_between_rows_tell_nothing():
    linking = [model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created]
    assert {model._meta.label: telling_columns(model) for model in linking if telling_columns(model)} == {}
