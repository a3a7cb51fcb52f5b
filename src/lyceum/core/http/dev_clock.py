"""`/dev/clock/`: moves the product's clock forward, so that a demo lives through an event in seconds. DEBUG only."""

import math
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from lyceum.core import clock
from lyceum.core.errors import MethodNotAllowed, MissingField, ParseRefused, Refusal, ValidationRefused
from lyceum.core.http.refusals import json_refusal
from lyceum.core.json_reading import read_json
from lyceum.core.public_changes import ALL, note_now
from lyceum.core.work.wake_up import wake

_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


@csrf_exempt
@never_cache
def clock_view(request: HttpRequest) -> HttpResponse:
    """GET → {now}; POST {now} or {advance_seconds} → 200 {now}.

    Raises: MissingField (400), ParseRefused (400), ValidationRefused (422) for a time that lies behind.
    """
    if not settings.DEBUG:
        raise Http404
    try:
        if request.method == "POST":
            clock.advance(_seconds_asked_for(_body(request)))
            note_now(ALL)
            wake()
        elif request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed
    except Refusal as refusal:
        return json_refusal(refusal)
    return JsonResponse({"now": clock.now().isoformat().replace("+00:00", "Z")})


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"} and request.POST:
        return dict(request.POST.items())
    body = read_json(request.body or b"{}")
    if not isinstance(body, dict):
        raise ParseRefused
    return body


def _seconds_asked_for(body: dict[str, Any]) -> float:
    given = {name: body[name] for name in ("now", "advance_seconds") if body.get(name) not in (None, "")}
    if not given:
        raise MissingField({"now": ["Give now, or advance_seconds."]})
    if len(given) == 2:
        raise ValidationRefused({"now": ["Give now or advance_seconds, not both."]})
    if "now" in given:
        seconds = (_time(given["now"]) - clock.now()).total_seconds()
        if seconds < 0:
            raise ValidationRefused({"now": ["The clock only goes forward."]})
    else:
        seconds = _number(given["advance_seconds"])
        if seconds < 0:
            raise ValidationRefused({"advance_seconds": ["The clock only goes forward."]})
    if seconds > (_LATEST - clock.now()).total_seconds():
        raise ValidationRefused({next(iter(given)): ["The clock goes no further than the year 2200."]})
    return seconds


def _time(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValidationRefused({"now": ["Give an ISO 8601 time, like 2026-05-01T09:00:00Z."]}) from None


def _number(value: Any) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise ValidationRefused({"advance_seconds": ["Give a number of seconds."]})
    return seconds
