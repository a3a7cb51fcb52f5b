"""Refusals as pages, and as JSON below /api/."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt

from lyceum.core import errors
from lyceum.core.errors import Refusal
from lyceum.core.http.outages import outage
from lyceum.core.http.refusals import answer_refused, for_program, json_refusal


class CsrfRefused(Refusal):
    """The form's protection against forged requests did not match."""

    code = "CSRF_FAILED"
    status = 403
    message = "This form has expired. Please go back, reload the page and send it again."


class BadRequest(Refusal):
    """The request as such can't be understood."""

    code = "BAD_REQUEST"
    status = 400
    message = "Please go back and try again."


class ServerError(Refusal):
    """The code has a fault."""

    code = "SERVER_ERROR"
    status = 500
    message = "Something went wrong on our side. It has been noted; please try again in a few minutes."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer_refused(request, BadRequest())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer_refused(request, errors.PermissionDenied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer_refused(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the code without asking the session or the database, which may be what failed."""
    refusal = outage(sys.exc_info()[1]) or ServerError()
    if for_program(request):
        return json_refusal(refusal)
    context = {"request_id": request.META.get("REQUEST_ID"), "status": refusal.status}
    return render(None, "pages/server_error.html", context, status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer_refused(request, CsrfRefused())


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer addresses that lead nowhere while DEBUG is on, as `not_found` does without it.

    It catches everything, so it also does what Django then no longer can: add a forgotten slash.
    """
    path = request.path_info
    if request.method in ("GET", "HEAD") and not path.endswith("/") and resolve(f"{path}/").func is not nowhere:
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return not_found(request)
