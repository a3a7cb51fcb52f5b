"""Is this process alive, and can it serve? Both answers are for machines; details are for staff only."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Final
from uuid import uuid4

from celery import current_app
from django.core.cache import cache as shared_cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import ResolverMatch, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from kombu.entity import Queue
from kombu.messaging import Producer
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.http.bodies import announces_body
from lyceum.core.http.pages_only import API_POLICY

log = logging.getLogger(__name__)

# A load balancer asks every few seconds; an answer that takes longer is a no.
PATIENCE_SECONDS = 3.0
Details = dict[str, str]


LIVENESS: Final = "/healthz/"
_ALIVE: Final = b'{"status":"ok"}'
_ALIVE_HEADERS: Final = {
    "Content-Type": "application/json",
    "Content-Length": str(len(_ALIVE)),
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Content-Security-Policy": API_POLICY,
    "X-Content-Type-Options": "nosniff",
}


@csrf_exempt
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; it asks nobody else."""
    return HttpResponse(_ALIVE, headers=_ALIVE_HEADERS)


class Liveness:
    """Middleware: answers who asks for liveness ahead of all that only people's requests need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != LIVENESS or request.method not in ("GET", "HEAD") or announces_body(request):
            return self.get_response(request)
        request.resolver_match = _liveness_match()
        return healthz(request)


@cache
def _liveness_match() -> ResolverMatch:
    # For the log, which names the route.
    return resolve(LIVENESS)


@csrf_exempt
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether database, cache and broker answer: 200, or 503 with the same generic body for everyone but staff."""
    details = check_all(CHECKS)
    is_ready = all(found == "ok" for found in details.values())
    body: dict[str, object] = {"status": "ok" if is_ready else "unavailable"}
    if _is_staff(request):
        body["checks"] = details
    return JsonResponse(body, status=200 if is_ready else 503)


def check_database() -> None:
    """Send a question to the database and read its answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        connection.close()


def check_cache() -> None:
    """Write a value and read it back, from the cache itself and not from what stands in for it."""
    key, value = f"readyz:{uuid4()}", uuid4().hex
    shared_cache.set(key, value, timeout=10)
    if shared_cache.get(key) != value or getattr(shared_cache, "is_away", False):
        raise RuntimeError("The cache doesn't give back what it was given.")
    shared_cache.delete(key)


def check_broker() -> None:
    """Send a message through the broker and take it out, on a queue that no other check takes from."""
    name = f"readyz-{uuid4().hex}"
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        channel = broker.default_channel
        queue = Queue(name, routing_key=name, durable=False, auto_delete=True, expires=60)(channel)
        queue.declare()
        try:
            Producer(channel).publish({"sent": True}, exchange="", routing_key=name, expiration=10)
            _take_from(queue)
        finally:
            queue.purge()
            queue.delete()


def _take_from(queue: Queue) -> None:
    """Wait for the message; a broker over the network may need a moment to pass it on."""
    ends = time.monotonic() + 2
    while queue.get(no_ack=True) is None:
        if time.monotonic() > ends:
            raise RuntimeError("The broker doesn't give back what it was given.")
        time.sleep(0.02)


CHECKS: dict[str, Callable[[], None]] = {"database": check_database, "cache": check_cache, "broker": check_broker}


def check_all(checks: dict[str, Callable[[], None]]) -> Details:
    """Run every check at the same time; return name → "ok", or what kind of trouble."""
    details: Details = dict.fromkeys(checks, "no answer in time")
    threads = [
        threading.Thread(target=_check, args=(name, check, details), daemon=True) for name, check in checks.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return dict(details)


def _check(name: str, check: Callable[[], None], details: Details) -> None:
    try:
        check()
    except Exception as error:  # noqa: BLE001 -- whatever a vendor's library raises, the answer is no
        log.warning("not_ready", extra={"check": name, "error": type(error).__name__})
        details[name] = type(error).__name__
    else:
        details[name] = "ok"


def _is_staff(request: HttpRequest) -> bool:
    """Look at the session, then at the API's credentials; a database that is down makes nobody staff."""
    try:
        if Actor.of(request.user).is_staff:
            return True
        authenticators = APIView().get_authenticators()
        return Actor.of(Request(request, authenticators=authenticators).user).is_staff
    except (DatabaseError, APIException, Refusal):
        return False
