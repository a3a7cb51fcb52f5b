"""Refusals as pages, and as JSON below /api/."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lyceum.core import errors
from lyceum.core.api.early import json_refusal
from lyceum.core.errors import Refusal


class CsrfRefused(Refusal):
    """The form's protection against forged requests did not match."""

    code = "CSRF_FAILED"
    status = 403
    message = "This form has expired. Please go back, reload the page and send it again."


class BadRequest(Refusal):
    """The request as such can't be understood."""

    code = "BAD_REQUEST"
    status = 400
    message = "This request can't be understood. Please go back and try again."


class ServerError(Refusal):
    """A fault of ours."""

    code = "SERVER_ERROR"
    status = 500
    message = "Something went wrong on our side. It has been noted; please try again in a few minutes."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, BadRequest())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, errors.PermissionDenied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, ServerError())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, CsrfRefused())


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as JSON to programs and as a page to people."""
    if request.path.startswith("/api/"):
        return json_refusal(refusal)
    return render(request, "pages/refusal.html", {"refusal": refusal}, status=refusal.status)
