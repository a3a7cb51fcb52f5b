"""Lists, by page or by cursor, in the one shape that every list has."""

from __future__ import annotations

import math
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.core.paginator import Page as PageOfRows
from django.utils.functional import cached_property
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.response import Response

from lyceum.core.errors import NotFound, ValidationRefused


class CountedPaginator(Paginator[Any]):
    """A paginator that can be told the count, when a list has it cached."""

    known_count: int | None = None

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
        if self.known_count is None:
            return super().page(number)
        rows = list(self.object_list[start : start + self.per_page])
        if rows or number == 1:
            seen = start + len(rows)
            self.count = seen if len(rows) < self.per_page else max(self.count, seen)
        return PageOfRows(rows, number, self)


SIZE, MOST = 20, 100


def asked_size(request: Any) -> int:
    """Return the rows a page is to have.

    Raises: ValidationRefused (422) for what is no number of rows.
    """
    raw = request.query_params.get("page_size")
    if raw is None:
        return SIZE
    try:
        size = int(raw)
    except ValueError:
        size = 0
    if size < 1:
        raise ValidationRefused({"page_size": [f"A whole number from 1 to {MOST}, please."]})
    return min(size, MOST)


class Page(PageNumberPagination):
    """`page` and `page_size` (20, at most 100; more becomes 100). A page beyond the last is a 404."""

    page_size = SIZE
    page_size_query_param = "page_size"
    max_page_size = MOST
    django_paginator_class = CountedPaginator

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.request = request
        size = self.get_page_size(request) or self.page_size
        paginator = CountedPaginator(queryset, size)
        if view is not None:
            paginator.known_count = view.known_count(queryset)
        raw = request.query_params.get("page", "1")
        try:
            self.page = paginator.page(raw if raw != "last" else paginator.num_pages)
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

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        integer = {"type": "integer"}
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": integer,
            "next": link,
            "previous": link,
            "total_pages": integer,
            "current_page": integer,
            "page_size": integer,
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}


class CursorPage(CursorPagination):
    """The variant for lists without bound: stable while rows are added, and fast on every page."""

    page_size = SIZE
    page_size_query_param = "page_size"
    max_page_size = MOST
    cursor_query_param = "cursor"
    ordering = ("-created_at", "-id")

    def get_page_size(self, request: Any) -> int:
        return asked_size(request)

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        self.total = view.known_count(queryset) if view is not None else None
        if self.total is None:
            self.total = queryset.count()
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        size = self.page_size or 20
        return Response(
            {
                "count": self.total,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "total_pages": max(1, math.ceil((self.total or 0) / size)),
                "current_page": None,
                "page_size": size,
                "results": data,
            }
        )
