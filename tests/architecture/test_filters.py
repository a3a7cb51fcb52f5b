"""One filter for yes or no, and one for moments: the library's own ignore, or fail on, what they can't read."""

import re
from collections.abc import Iterator

import django_filters
import pytest
from django import forms
from django.urls import get_resolver

from lyceum.core.api.filters import BooleanFilter, FilterSet, MomentField, MomentFilter
from tests.architecture.sources import SOURCE, python_files, shown

OTHERS = re.compile(r"(?<!models\.)\b(Null|Iso)?(Boolean|Date|DateTime)(FromToRange|Range)?Filter\b")


def filter_sets(base: type[FilterSet] = FilterSet) -> Iterator[type[FilterSet]]:
    for found in base.__subclasses__():
        yield found
        yield from filter_sets(found)


def test_lists_are_filtered_by_the_two_filters_of_the_product():
    assert get_resolver().url_patterns, "reads every view, and with it every filter set"
    theirs = (django_filters.BooleanFilter, django_filters.DateTimeFilter, django_filters.DateFilter)
    wrong = [
        f"{filter_set.__name__}.{name}"
        for filter_set in filter_sets()
        for name, one in filter_set.base_filters.items()
        if isinstance(one, theirs) and type(one) not in (BooleanFilter, MomentFilter)
    ]
    assert wrong == []
    assert len(list(filter_sets())) > 5


def test_nobody_declares_another():
    own = SOURCE / "core" / "api" / "filters.py"
    wrong = [
        f"{shown(path)}: {match[0]}"
        for path in python_files()
        if path != own
        for match in OTHERS.finditer(path.read_text())
        if match[0] != "BooleanFilter"
    ]
    assert wrong == []
    assert [shown(path) for path in python_files() if "class BooleanFilter" in path.read_text()] == [shown(own)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01T09:00:00", "2026-05-01T09:00:00+00:00"),
        ("2026-05-01T09:00:00 02:00", "2026-05-01T07:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("0001-01-01", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_utc(text: str, moment: str):
    assert MomentField().clean(text).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "soon", "2026-02-30", "2026-05-01T25:00:00Z"]
)
def test_what_is_no_moment_is_refused(text: str):
    with pytest.raises(forms.ValidationError):
        MomentField().clean(text)
