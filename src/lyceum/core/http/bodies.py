"""How large a request's body may be, by its route: known, and refused, before anything of it is read.

A view states what it takes: `max_body_bytes` for JSON and forms, and `max_upload_bytes` for those verbs that take
files. The middleware here judges what a request announces. The server in front (`config/front.py`) asks the same
questions before it reads, and hands on what it refuses with REFUSED_EARLY, to be answered here in the product's shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lyceum.core.errors import BodyTooSlow, PayloadTooLarge, Refusal, ServiceUnavailable, UnsupportedMediaType
from lyceum.core.http.refusals import answer_refused

MEGABYTE: Final = 1024 * 1024
# JSON, and forms without a file.
PLAIN_BYTES: Final = MEGABYTE
# What an upload's form has besides the file: its other fields, and the lines between them.
BESIDE_FILES: Final = 64 * 1024
REFUSED_EARLY: Final = "lyceum.refused_early"
EARLY_REFUSALS: Final[dict[str, type[Refusal]]] = {
    kind.code: kind for kind in (BodyTooSlow, PayloadTooLarge, ServiceUnavailable, UnsupportedMediaType)
}


@dataclass(frozen=True)
class BodyLimit:
    """What one request may send: so many bytes, or nothing of this kind at all (`refusal`)."""

    bytes: int
    refusal: type[Refusal] | None = None

    def judge(self, length: int | None) -> type[Refusal] | None:
        """Return what a body of the announced length is refused with; None for one that may be read."""
        if self.refusal is None and length is not None and length > self.bytes:
            return PayloadTooLarge
        return self.refusal


def limit_of(callback: Any, method: str, content_type: str) -> BodyLimit:
    """Return the limit for a request to the view behind a URL pattern's callback (None where there is none)."""
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    plain = int(getattr(view, "max_body_bytes", PLAIN_BYTES))
    if not content_type.lower().lstrip().startswith("multipart/"):
        return BodyLimit(plain)
    uploads: dict[str, int] | None = getattr(view, "max_upload_bytes", None)
    if uploads is None:
        # A page's form may come in parts too; without a file it is no larger for that.
        return BodyLimit(plain)
    verb = getattr(callback, "actions", {}).get(method.lower(), method.lower())
    if verb not in uploads:
        return BodyLimit(0, UnsupportedMediaType)
    return BodyLimit(uploads[verb] + BESIDE_FILES)


class BodyLimits:
    """Middleware: refuses a body that is too large for its route, or of a kind that it doesn't take, unread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Runs before any other middleware or view reads the body."""
        early = EARLY_REFUSALS.get(request.META.get(REFUSED_EARLY, ""))
        if early is None:
            limit = limit_of(callback, request.method or "GET", request.headers.get("content-type", ""))
            early = limit.judge(announced_length(request.headers.get("content-length")))
        return None if early is None else answer_refused(request, early())


def announced_length(value: str | None) -> int | None:
    """Return the length that a Content-Length header states, if it states one."""
    return int(value) if value and value.isascii() and value.isdigit() else None


def announces_body(request: HttpRequest) -> bool:
    """Say whether a body comes with a request, or was refused before it was read."""
    return request.headers.get("content-length") not in (None, "", "0") or REFUSED_EARLY in request.META
