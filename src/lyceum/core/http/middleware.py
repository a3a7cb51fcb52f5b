"""The outermost middleware: a request id, and JSON refusals for what fails before or beside a view."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

from lyceum.core.http.pages_only import API, API_POLICY
from lyceum.core.ids import new_id

_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class EarlyMiddleware:
    """Gives every request an id, in its logs and in its answer."""

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
