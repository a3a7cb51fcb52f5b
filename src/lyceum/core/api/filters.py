"""Filters that refuse what they can't read, instead of ignoring it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.rest_framework import FilterSet as BaseFilterSet
from rest_framework import filters
from rest_framework.request import Request

from lyceum.core.api.moments import parse_moment
from lyceum.core.api.ordering import Order
from lyceum.core.errors import ValidationRefused
from lyceum.core.plain_text import NOT_STORABLE

# A search longer than this finds nothing that a shorter one wouldn't.
SEARCH_LENGTH = 200
SEARCH_WORDS = f"Words that must all be found, in any case; at most {SEARCH_LENGTH} characters."


class BooleanField(forms.Field):
    """true, false, 1 or 0, in any case; anything else is refused rather than ignored."""

    words = {"true": True, "1": True, "false": False, "0": False}

    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        found = self.words.get(str(value).lower())
        if found is None:
            raise forms.ValidationError("Please use true or false.")
        return found


def asked_yes(request: Request, name: str) -> bool:
    """Return whether a query says yes to something, where no filter set reads it.

    Raises: ValidationRefused (422) for what is neither yes nor no.
    """
    try:
        return bool(BooleanField(required=False).clean(request.query_params.get(name, "")))
    except forms.ValidationError as error:
        raise ValidationRefused({name: [str(text) for text in error.messages]}) from None


class BooleanFilter(django_filters.BooleanFilter):
    """Keeps rows by a yes or no. The library's own filter would ignore a value that it doesn't know."""

    field_class = BooleanField


class MomentField(forms.Field):
    """A date or an ISO 8601 time; without an offset it is UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if value in (None, ""):
            return None
        try:
            return parse_moment(str(value))
        except ValueError:
            raise forms.ValidationError("Please give a date or time in ISO 8601, like 2026-05-01T09:00:00Z.") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Compares a column with a moment. The library's own filter lets values pass that overflow later."""

    field_class = MomentField


class FilterSet(BaseFilterSet):
    """Base of every filter set."""

    FILTER_DEFAULTS = {
        **BaseFilterSet.FILTER_DEFAULTS,
        models.BooleanField: {"filter_class": BooleanFilter},
        models.DateTimeField: {"filter_class": MomentFilter},
    }


class StrictFilterBackend(DjangoFilterBackend):
    """A bad value is a 422 that names the filter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        refuse_nul(request)
        kind = self.get_filterset_class(view, queryset)
        # Most requests filter by nothing, and the library copies every filter and field for each request.
        if kind is None or not kind.base_filters.keys() & request.query_params.keys():
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise ValidationRefused({name: [str(text) for text in texts] for name, texts in filterset.errors.items()})
        found: QuerySet[Any] = filterset.qs
        return found


def refuse_nul(request: Request) -> None:
    """Refuse a query with a NUL or a lone surrogate in it, which no database takes.

    Raises: ValidationRefused (422).
    """
    for name, given in request.query_params.items():
        if NOT_STORABLE.search(str(given)):
            raise ValidationRefused({name.replace("\x00", ""): ["There is a character in this that can't be used."]})


class SearchFilter(filters.SearchFilter):
    """`search`: every word must be found in one of the view's `search_fields`."""

    search_description = SEARCH_WORDS

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Name the parameter only where it does something."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        return parameters if getattr(view, "search_fields", None) else []

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

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [name if isinstance(name, str) else name[0] for name in getattr(view, "ordering_fields", None) or ()]
        if not names:
            return []
        [parameter] = super().get_schema_operation_parameters(view)
        words = "What to sort by, with a minus before it the other way round"
        return [{**parameter, "description": f"{words}: {', '.join(f'`{name}`' for name in sorted(names))}."}]

    def get_default_valid_fields(self, queryset: Any, view: Any, context: Any = None) -> list[tuple[str, str]]:
        return []

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        asked = self.get_ordering(request, queryset, view)
        order = Order.by(queryset, asked) if asked else Order.of(queryset)
        return order.of_rows(queryset)
