"""The outermost middleware: a request id, and a refusal for what the database refuses below a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lyceum.core.broken_constraints import broken_constraint
from lyceum.core.http.pages_only import API, API_POLICY
from lyceum.core.http.refusals import answer_refused
from lyceum.core.ids import new_id

_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class EarlyMiddleware:
    """Gives every request an id, in its logs and in its answer, and refuses where a constraint was broken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _SAFE_ID.match(given) else str(new_id())
        request.META["REQUEST_ID"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        if request.path_info.startswith(API):
            response.headers.setdefault("Content-Security-Policy", API_POLICY)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refuse what the database refused, on pages and in the admin; the API's own handler does it there."""
        refusal = broken_constraint(exception)
        return None if refusal is None else answer_refused(request, refusal)
