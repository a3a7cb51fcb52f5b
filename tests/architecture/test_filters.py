"""One filter for yes or no, and one for moments: the library's own ignore, or fail on, what they can't read."""

import re
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.urls import get_resolver

from lyceum.core.api.filters import BooleanFilter, FilterSet, MomentField, MomentFilter
from tests.architecture.sources import SOURCE, python_files, shown
from tests.journeys.tenants import BODIES, Tenant, fill

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


def test_addresses_are_read_by_one_pager_and_one_reader_of_moments():
    """The library's cursors go to the database as they came; its dates overflow."""
    own = {
        r"\b(CursorPagination|PageNumberPagination|LimitOffsetPagination)\b": "core/api/paging.py",
        r"\b(parse_datetime|parse_date)\b": "core/api/moments.py",
    }
    for pattern, place in own.items():
        users = [str(path.relative_to(SOURCE)) for path in python_files() if re.search(pattern, path.read_text())]
        assert users == [place]


# A file's format and a mailed secret. Whatever narrows a list is read by a filter.
READ_BY_HAND = {"export_format", "token", "invitation"}
OF_PAGES = {"page", "page_size", "cursor"}


def test_views_read_no_filter_from_the_address_themselves():
    """A yes or no that is compared by hand would take `maybe` for no."""
    named, any_way = re.compile(r"query_params(?:\.get\(|\[)\"(\w+)\""), re.compile(r"\bquery_params\b")
    texts = {path: path.read_text() for path in python_files() if path.parent != SOURCE / "core" / "api"}
    assert {name for text in texts.values() for name in named.findall(text)} == READ_BY_HAND
    # The public list keys its cached figures by everything that was asked.
    rest = {shown(path) for path, text in texts.items() if len(any_way.findall(text)) > len(named.findall(text))}
    assert rest == {"src/lyceum/events/api/views/public.py"}
    core = "".join(path.read_text() for path in python_files(SOURCE / "core" / "api"))
    assert set(named.findall(core)) == OF_PAGES


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["maybe", "2", "yes", "0001-01-01T00:00:00%2B14:00"])
def test_a_bad_yes_or_no_and_a_bad_moment_are_refused_everywhere(word: str):
    """Whatever the API page calls a yes or no or a moment, exports included."""
    tenant, wrong, asked = Tenant(), [], 0
    tenant.owner.is_staff = True
    parameters = {
        path: [one["name"] for one in operation.get("parameters", []) if kind_of(one) in {"boolean", "date-time"}]
        for _, path, operation in BODIES.operations("get")
    }
    for path in parameters:
        for name in parameters.get(path.replace("/export/", "/"), []):
            answer = tenant.client.get(fill(path, tenant.parameters(path)) + f"?{name}={word}")
            asked += 1
            if answer.status_code != 422 or list(answer.json()["error"]["details"]) != [name]:
                wrong.append(f"{path}?{name}: {answer.status_code}")
    assert wrong == []
    assert asked > 50


def kind_of(parameter: dict[str, Any]) -> str:
    return str(parameter["schema"].get("format") or parameter["schema"].get("type"))


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
