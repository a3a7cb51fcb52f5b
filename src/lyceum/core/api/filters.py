"""Filters that refuse what they can't read, instead of ignoring it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.rest_framework import FilterSet as BaseFilterSet
from rest_framework import filters
from rest_framework.request import Request

from lyceum.core.errors import ValidationRefused

# A search longer than this finds nothing that a shorter one wouldn't.
SEARCH_LENGTH = 200


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class _BooleanWidget(forms.TextInput):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = data.get(name)
        return _BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value


class _BooleanField(forms.NullBooleanField):
    widget = _BooleanWidget

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        if value in (True, False, None, ""):
            return None if value == "" else value
        raise forms.ValidationError("Please use true or false.")


class BooleanFilter(django_filters.BooleanFilter):
    """true, false, 1 or 0; the library's own would ignore anything else."""

    field_class = _BooleanField


class FilterSet(BaseFilterSet):
    """Base of every filter set."""

    FILTER_DEFAULTS = {
        **BaseFilterSet.FILTER_DEFAULTS,
        models.BooleanField: {"filter_class": BooleanFilter},
    }


class StrictFilterBackend(DjangoFilterBackend):
    """A bad value is a 422 that names the filter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        refuse_nul(request)
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ValidationRefused({name: [str(text) for text in texts] for name, texts in filterset.errors.items()})
        found: QuerySet[Any] = filterset.qs
        return found


def refuse_nul(request: Request) -> None:
    """Refuse a query with a NUL or a lone surrogate in it, which no database takes.

    Raises: ValidationRefused (422).
    """
    for name, given in request.query_params.items():
        value = str(given)
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise ValidationRefused({name.replace("\x00", ""): ["There is a character in this that can't be used."]})


class SearchFilter(filters.SearchFilter):
    """`search`: every word must be found in one of the view's `search_fields`."""

    def get_search_terms(self, request: Request) -> list[str]:
        if len(request.query_params.get(self.search_param, "")) > SEARCH_LENGTH:
            raise ValidationRefused({"search": [f"Please search for at most {SEARCH_LENGTH} characters."]})
        return super().get_search_terms(request)


class StrictOrderingFilter(filters.OrderingFilter):
    """`ordering`: only what the view's `ordering_fields` names; anything else is a 422."""

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: Any, request: Request) -> list[str]:
        valid = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        unknown = [field for field in fields if field.lstrip("-") not in valid or field.startswith("--")]
        if unknown:
            raise ValidationRefused(
                {"ordering": [f"This list can be ordered by: {', '.join(sorted(valid)) or 'nothing'}."]}
            )
        return list(fields)

    def get_default_valid_fields(self, queryset: Any, view: Any, context: Any = None) -> list[tuple[str, str]]:
        return []

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        ordering = self.get_ordering(request, queryset, view)
        # The key makes the order total, so that no row is shown twice across pages.
        return queryset.order_by(*ordering, "-id") if ordering else queryset
