"""Lists, by page or by cursor, in the one shape that every list has."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.core.paginator import Page as PageOfRows
from django.utils.functional import cached_property
from rest_framework.pagination import BasePagination, PageNumberPagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from lyceum.core.api.ordering import Order
from lyceum.core.errors import NotFound, ValidationRefused

# How the rows of a page are read: a list that shows less than whole rows says it, and counting them needs none of it.
Read = Callable[[Any], list[Any]]


class CountedPaginator(Paginator[Any]):
    """A paginator that can be told the count, when a list has it cached."""

    known_count: int | None = None
    read: Read = list

    @cached_property
    def count(self) -> int:
        """Return the count that was told, else ask the database."""
        if self.known_count is not None:
            return self.known_count
        return super().count

    def page(self, number: Any) -> Any:
        """Return a page of fresh rows, also where a cached count ends before them; what is seen corrects the count."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = self.read(self.object_list[start : start + self.per_page])
        if self.known_count is not None and (rows or number == 1):
            seen = start + len(rows)
            self.count = seen if len(rows) < self.per_page else max(self.count, seen)
        return PageOfRows(rows, number, self)


SIZE, MOST = 20, 100
# Far more digits than any list has pages, and few enough to be read at no cost.
_WHOLE = re.compile(r"[0-9]{1,1000}")
# Longer than any that names a place.
_CURSOR_LENGTH = 10_000
_SALT = "lyceum.core.api.cursor"


def whole_number(text: str) -> int | None:
    """Return a number from 1 on, written in plain digits; None for anything else."""
    return (int(text) or None) if _WHOLE.fullmatch(text) else None


def asked_size(request: Any) -> int:
    """Return the rows a page is to have.

    Raises: ValidationRefused (422) for what is no number of rows.
    """
    raw = request.query_params.get("page_size")
    if raw is None:
        return SIZE
    size = whole_number(raw)
    if size is None:
        raise ValidationRefused({"page_size": [f"A whole number from 1 to {MOST}, please."]})
    return min(size, MOST)


class Page(PageNumberPagination):
    """`page` and `page_size` (20, at most 100; more becomes 100). Beyond the last page is a 404, no page at all 422."""

    page_size = SIZE
    page_size_query_param = "page_size"
    max_page_size = MOST
    django_paginator_class = CountedPaginator

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None, *, read: Read = list) -> list[Any]:
        self.request = request
        size = self.get_page_size(request) or self.page_size
        paginator = CountedPaginator(queryset, size)
        paginator.read = read
        if view is not None:
            paginator.known_count = view.known_count(queryset)
        raw = request.query_params.get("page", "1")
        number = paginator.num_pages if raw == "last" else whole_number(raw)
        if number is None:
            raise ValidationRefused({"page": ["A whole number from 1, please."]})
        try:
            self.page = paginator.page(number)
        except InvalidPage as error:
            raise NotFound("This page doesn't exist; the list is shorter.") from error
        return list(self.page)

    def get_page_size(self, request: Any) -> int:
        return asked_size(request)

    def get_paginated_response(self, data: Any) -> Response:
        if self.page is None:
            raise TypeError("A page is answered after it was read.")
        paginator = self.page.paginator
        return Response(
            {
                "count": paginator.count,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "total_pages": max(1, math.ceil(paginator.count / paginator.per_page)),
                "current_page": self.page.number,
                "page_size": paginator.per_page,
                "results": data,
            }
        )

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        return [
            *parameters,
            {
                "name": "cursor",
                "required": False,
                "in": "query",
                "description": "Instead of `page`: empty at the beginning, then as `next` and `previous` have it.",
                "schema": {"type": "string"},
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        integer = {"type": "integer"}
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": integer,
            "next": link,
            "previous": link,
            "total_pages": integer,
            # Null in an answer to a cursor.
            "current_page": {**integer, "nullable": True},
            "page_size": integer,
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}


class CursorPage(BasePagination):
    """A page that begins behind a row instead of at a number: rows that come in or go meanwhile shift nothing.

    A cursor names the list's order, a direction, and the place of the row at which the page before ended.
    """

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None, *, read: Read = list) -> list[Any]:
        self.base_url = request.build_absolute_uri()
        self.page_size = asked_size(request)
        self.total = view.known_count(queryset) if view is not None else None
        if self.total is None:
            self.total = queryset.count()
        self.order = Order.of(queryset)
        self.backwards, place = self._asked(request.query_params.get("cursor", ""))
        rows = self.order.of_rows(queryset, backwards=self.backwards)
        if place is not None:
            rows = rows.filter(self.order.beyond(place, backwards=self.backwards))
        # One more than is shown tells whether there are others behind it.
        found = read(rows[: self.page_size + 1])
        self.page = found[: self.page_size]
        more, came_from = len(found) > self.page_size, place is not None
        if self.backwards:
            self.page.reverse()
        self.has_next, self.has_previous = (came_from, more) if self.backwards else (more, came_from)
        return self.page

    def get_next_link(self) -> str | None:
        """Return the address of what follows. Where this page is empty, everything does."""
        if not self.has_next:
            return None
        return self._link(self._cursor(self.page[-1], backwards=False) if self.page else "")

    def get_previous_link(self) -> str | None:
        """Return the address of what comes before. Where this page is empty, everything does."""
        if not self.has_previous:
            return None
        return self._link(self._cursor(self.page[0] if self.page else None, backwards=True))

    def _link(self, cursor: str) -> str:
        return replace_query_param(self.base_url, "cursor", cursor)

    def _cursor(self, row: Any, *, backwards: bool) -> str:
        place = [] if row is None else self.order.place_of(row)
        return signing.Signer(salt=_SALT).sign_object([str(self.order), int(backwards), *place])

    def _asked(self, cursor: str) -> tuple[bool, list[Any] | None]:
        """Return whether to go backwards, and from which place; None is the end from which that begins.

        Raises: ValidationRefused (422) for what no answer of ours has given, or for another order.
        """
        if not cursor:
            return False, None
        try:
            if len(cursor) > _CURSOR_LENGTH:
                raise ValueError
            order, backwards, *values = signing.Signer(salt=_SALT).unsign_object(cursor)
        except (signing.BadSignature, ValueError):
            raise _refused("This is no cursor. Please take the address of `next` or `previous` as it is.") from None
        if order != str(self.order):
            raise _refused("This cursor belongs to another order. Please begin anew with an empty one.")
        try:
            return bool(backwards), self.order.read_place(values) if values else None
        except (ValueError, OverflowError, ValidationError):
            raise _refused("This cursor belongs to another list. Please begin anew with an empty one.") from None

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "count": self.total,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "total_pages": max(1, math.ceil((self.total or 0) / self.page_size)),
                "current_page": None,
                "page_size": self.page_size,
                "results": data,
            }
        )


def _refused(message: str) -> ValidationRefused:
    return ValidationRefused({"cursor": [message]})
