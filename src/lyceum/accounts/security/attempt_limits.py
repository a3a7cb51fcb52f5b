"""The limits on guessing passwords: counters for each pair of account and network, and for each network.

Every attempt is counted before it is judged, in one atomic step, so that attempts at once can't slip through
together; a success takes its count back and clears the pair. What is left is the number of failures.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache

from lyceum.core.errors import RateLimited
from lyceum.core.rate_limits import rate_of

# Beside 5 an hour for the pair stand 50 an hour for the network.
NETWORK_FACTOR = 10


@dataclass(frozen=True)
class Attempt:
    """One counted attempt. Call `succeeded` when it was right; otherwise it stays counted."""

    pair_key: str = ""
    network_key: str = ""

    def succeeded(self) -> None:
        """Clear the pair, and take this attempt back from the network."""
        if self.pair_key:
            cache.delete(self.pair_key)
            _decrement(self.network_key)


def begin_attempt(*, purpose: str, account: str, address: str) -> Attempt:
    """Count an attempt, or refuse it.

    purpose: what is tried (login, reset, …); each has its own pairs, the network counts for all.
    account: the lower-cased email address, or another name of the account; it is stored as a hash only.
    Raises: RateLimited (429, details: retry_after in seconds).
    """
    rate = rate_of("auth_login")
    if rate is None:
        return Attempt()
    limit, period = rate
    network = network_of(address)
    attempt = Attempt(pair_key=_key(purpose, account, network), network_key=_key("address", network))
    _count(attempt.pair_key, limit, period)
    try:
        _count(attempt.network_key, limit * NETWORK_FACTOR, period)
    except RateLimited:
        _decrement(attempt.pair_key)
        raise
    return attempt


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or an IPv6 network of 64 bits, which one home holds whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def _key(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"accounts:guard:{hashlib.sha256(joined).hexdigest()}"


def _count(key: str, limit: int, period: int) -> None:
    now = time.time()
    if cache.add(key, 0, period):
        cache.set(f"{key}:until", now + period, period)
    counted = _increment(key, period)
    if counted > limit:
        until = cache.get(f"{key}:until") or now + period
        wait = max(1, min(period, int(until - now) + 1))
        raise RateLimited("Too many attempts. Please wait before you try again.", retry_after=wait)


def _increment(key: str, period: int) -> int:
    for _ in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:
            # It expired between the two steps; a new window begins.
            cache.add(key, 0, period)
    # The cache keeps nothing just now; locking everybody out would be worse than counting nobody.
    return 1


def _decrement(key: str) -> None:
    try:
        if cache.decr(key) < 0:
            cache.delete(key)
    except ValueError:
        # The window is over, and its count with it.
        return
