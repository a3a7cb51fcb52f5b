"""A refusal as a page, or as JSON, where no API view renders it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lyceum.core.errors import Refusal
from lyceum.core.http.rendering import JSONRenderer

# Addresses that programs call: they get the API's JSON whatever happens.
PROGRAM_PATHS = ("/api/", "/healthz/", "/readyz/")
_TITLES = {
    400: "This request can't be understood",
    401: "Please sign in",
    403: "This isn't open to you",
    404: "There is nothing at this address",
    405: "This page doesn't take that",
    408: "This took too long to arrive",
    409: "This isn't possible now",
    413: "This is too large",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Not available for the moment",
}


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page that says what was refused and what to do next."""
    wait = refusal.details.get("retry_after")
    context = {
        "refusal": {
            "status": refusal.status,
            "title": _TITLES.get(refusal.status, "This didn't work"),
            "text": refusal.text,
        },
        "retry_after": wait,
        "private_page": True,
    }
    response = render(request, "pages/refusal.html", context, status=refusal.status)
    response["Cache-Control"] = "no-store"
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response


def json_refusal(refusal: Refusal) -> HttpResponse:
    """Return a refusal where there is no API view to render it."""
    return HttpResponse(
        JSONRenderer().render(refusal.as_json()), status=refusal.status, content_type="application/json"
    )


def for_program(request: HttpRequest) -> bool:
    """Say whether a program is asking."""
    return request.path.startswith(PROGRAM_PATHS)


def answer_refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as JSON to programs and as a page to people."""
    return json_refusal(refusal) if for_program(request) else refusal_page(request, refusal)
