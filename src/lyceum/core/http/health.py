"""Is this process alive, and can it serve? Both answers are for machines; details are for staff only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from uuid import uuid4

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from lyceum.core.errors import Refusal

log = logging.getLogger(__name__)

# A load balancer asks every few seconds; an answer that takes longer is a no.
PATIENCE_SECONDS = 3.0
Details = dict[str, str]


@csrf_exempt
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say that the process answers; it asks nobody else."""
    return JsonResponse({"status": "ok"})


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
    """Write a value and read it back."""
    key, value = f"readyz:{uuid4()}", uuid4().hex
    cache.set(key, value, timeout=10)
    if cache.get(key) != value:
        raise RuntimeError("The cache doesn't give back what it was given.")
    cache.delete(key)


def check_broker() -> None:
    """Send a message through the broker and take one out."""
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        queue = broker.SimpleBuffer("readyz")
        queue.put({"sent": True}, expiration=10)
        queue.get(block=True, timeout=2).ack()
        queue.close()


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
        if getattr(request.user, "is_staff", False):
            return True
        authenticators = APIView().get_authenticators()
        return bool(getattr(Request(request, authenticators=authenticators).user, "is_staff", False))
    except (DatabaseError, APIException, Refusal):
        return False
