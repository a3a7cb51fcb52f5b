"""The five throttle scopes, each with buckets of its own, counted in fixed windows on the shared cache."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from lyceum.core.errors import RateLimited

_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def rate_of(scope: str) -> tuple[int, int] | None:
    """Return (requests, seconds) for a scope, or None when it is off."""
    rate = settings.THROTTLES.get(scope, "off")
    if rate == "off":
        return None
    number, _, period = rate.partition("/")
    return int(number), _PERIODS[period[0]]


def client_address(request: HttpRequest | Request) -> str:
    """Return the caller's address, believing only as many proxies as are ours."""
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if trusted and forwarded:
        return str(forwarded[-min(trusted, len(forwarded))])[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def hit(scope: str, ident: str, *, limit: tuple[int, int] | None = None) -> None:
    """Count one request, and refuse when the bucket is over its limit.

    Raises: RateLimited (429) with `retry_after` in seconds.
    """
    rate = limit or rate_of(scope)
    if rate is None:
        return
    key, left = _bucket(scope, ident, rate[1])
    if _increment(key, rate[1]) > rate[0]:
        raise RateLimited(retry_after=left)


def peek(scope: str, ident: str, *, limit: tuple[int, int] | None = None) -> None:
    """Refuse when the bucket is already full, without counting.

    Raises: RateLimited (429) with `retry_after` in seconds.
    """
    rate = limit or rate_of(scope)
    if rate is None:
        return
    key, left = _bucket(scope, ident, rate[1])
    if int(cache.get(key, 0)) >= rate[0]:
        raise RateLimited(retry_after=left)


def clear(scope: str, ident: str, *, seconds: int) -> None:
    """Empty a bucket, as a successful sign-in does."""
    cache.delete(_bucket(scope, ident, seconds)[0])


def _bucket(scope: str, ident: str, seconds: int) -> tuple[str, int]:
    # Each caller's windows start at a moment of their own, so that the buckets don't all open at once.
    digest = hashlib.sha256(f"{scope}:{ident}".encode()).hexdigest()[:32]
    shift = int(digest[:8], 16) % seconds
    moment = int(time.time()) + shift
    return f"throttle:{digest}:{moment // seconds}", seconds - moment % seconds


def _increment(key: str, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds + 1):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        cache.add(key, 1, timeout=seconds + 1)
        return 1


class ScopeThrottle(BaseThrottle):
    """Count each request in the view's scope: the named one, else `user` or `anon`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        # The schema's own views are not ours, and say nothing.
        scope = getattr(view, "throttle_scope_name", "")
        # `auth_login` counts failures where they happen. A hundred guests behind one address must not lock its sign-in.
        if scope in {None, "auth_login"}:
            return True
        user = request.user
        signed_in = bool(user and user.is_authenticated)
        ident = f"user:{user.pk}" if signed_in else f"address:{client_address(request)}"
        if scope == "":
            scope = "user" if signed_in else "anon"
        hit(scope, ident)
        return True
