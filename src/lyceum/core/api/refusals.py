"""The one place that turns whatever is raised below a view into a refusal in the API's shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from lyceum.core import errors
from lyceum.core.broken_constraints import broken_constraint
from lyceum.core.http.outages import outage

# These codes mean that something is missing, null or blank; of a required thing that is a 400 rather than a 422.
_ABSENT = {"required"}
_BLANK = {"null", "blank", "empty", "no_name"}

_PLAIN: list[tuple[type[Exception], type[errors.Refusal]]] = [
    (Http404, errors.NotFound),
    (exceptions.NotFound, errors.NotFound),
    (DjangoPermissionDenied, errors.PermissionDenied),
    (exceptions.PermissionDenied, errors.PermissionDenied),
    (exceptions.NotAuthenticated, errors.NotAuthenticated),
    (exceptions.ParseError, errors.ParseRefused),
    (TooManyFieldsSent, errors.ParseRefused),
    (TooManyFilesSent, errors.ParseRefused),
    (RequestDataTooBig, errors.PayloadTooLarge),
    (exceptions.MethodNotAllowed, errors.MethodNotAllowed),
    (exceptions.NotAcceptable, errors.NotAcceptable),
    (exceptions.UnsupportedMediaType, errors.UnsupportedMediaType),
]


def refuse(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the refusal's response, or None for a fault of the code, which Django answers with 500."""
    refusal = as_refusal(error)
    return None if refusal is None else respond(refusal)


def respond(refusal: errors.Refusal) -> Response:
    """Return a refusal as a response, with the headers that its status calls for."""
    body = refusal.as_json()
    response = Response(body, status=refusal.status)
    response.transient = refusal.transient  # type: ignore[attr-defined]
    if refusal.status == 429 and "retry_after" in refusal.details:
        body["error"]["retry_after"] = refusal.details["retry_after"]
        body["retry_after"] = refusal.details["retry_after"]
    if refusal.status in (429, 503) and "retry_after" in refusal.details:
        response["Retry-After"] = str(refusal.details["retry_after"])
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def as_refusal(error: Exception) -> errors.Refusal | None:
    """Return the refusal that an exception means, if it means one."""
    if isinstance(error, errors.Refusal):
        return error
    if isinstance(error, exceptions.ValidationError):
        return from_validation(error)
    if isinstance(error, exceptions.Throttled):
        return errors.RateLimited(retry_after=max(1, math.ceil(getattr(error, "wait", None) or 1)))
    for kind, refusal in _PLAIN:
        if isinstance(error, kind):
            return refusal()
    return outage(error) or broken_constraint(error)


def from_validation(error: exceptions.ValidationError) -> errors.Refusal:
    """Return 400 when something required is missing, else 422, naming each field."""
    details = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
    kind = errors.MissingField if _codes(error.get_codes()) & (_ABSENT | _BLANK) else errors.ValidationRefused
    return kind({str(name): _texts(value) for name, value in details.items()})


def from_serializer(serializer: BaseSerializer[Any]) -> errors.Refusal:
    """Return what a serializer that isn't valid means: an optional field that was sent as null is a bad value (422)."""
    found: Any = serializer.errors
    kind = errors.MissingField if _lacks(serializer, found) else errors.ValidationRefused
    return kind({str(name): _texts(value) for name, value in found.items()})


def _lacks(field: Any, found: Any) -> bool:
    """Say whether a required field is missing, null or blank, however deep."""
    if isinstance(found, Mapping):
        parts = getattr(field, "fields", {})
        return any(_lacks(parts.get(name, getattr(field, "child", None)), inner) for name, inner in found.items())
    codes = {detail.code for detail in found if isinstance(detail, exceptions.ErrorDetail)}
    if codes & _ABSENT or (codes & _BLANK and getattr(field, "required", True)):
        return True
    return any(_lacks(getattr(field, "child", None), inner) for inner in found if isinstance(inner, (Mapping, list)))


def _codes(codes: Any) -> set[str]:
    if isinstance(codes, Mapping):
        return set().union(*(_codes(value) for value in codes.values())) if codes else set()
    if isinstance(codes, list):
        return set().union(*(_codes(value) for value in codes)) if codes else set()
    return {str(codes)}


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _texts(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_texts(inner) for inner in value]
    return str(value)
