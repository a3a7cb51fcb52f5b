"""Counting what callers do in fixed windows on the shared cache, whatever way in they came by.

While the cache is away, each process counts for itself (`core.resilient_cache`): nobody is let in without a limit.
"""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import cache

from lyceum.core.errors import RateLimited
from lyceum.core.networks import network_of

_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def rate_of(scope: str) -> tuple[int, int] | None:
    """Return (requests, seconds) for a scope, or None when it is off."""
    rate = settings.THROTTLES.get(scope, "off")
    if rate == "off":
        return None
    number, _, period = rate.partition("/")
    return int(number), _PERIODS[period[0]]


def hit(scope: str, *, user_id: object, address: str) -> None:
    """Count one request, and refuse when the bucket of whoever asks is over its limit.

    user_id: whose request it is; None for somebody who isn't signed in, who is counted by the network of the address.
    address: the caller's IP address, see `core.http.client_address`.
    Raises: RateLimited (429) with `retry_after` in seconds.
    """
    rate = rate_of(scope)
    if rate is None:
        return
    ident = f"user:{user_id}" if user_id is not None else f"network:{network_of(address)}"
    key, left = _bucket(scope, ident, rate[1])
    if _increment(key, rate[1]) > rate[0]:
        raise RateLimited(retry_after=left)


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
