"""The limits on guessing passwords: counters for each pair of account and network, and for each network.

Every attempt is counted before it is judged, in one atomic step, so that attempts at once can't slip through
together; a success takes its count back and clears the pair. What is left is the number of failures.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache

from lyceum.core.errors import RateLimited
from lyceum.core.networks import network_of
from lyceum.core.rate_limits import rate_of

# Beside 5 an hour for the pair stand 50 an hour for the network.
NETWORK_FACTOR = 10
# Where an account is limited whatever the network: 20 within 24 times the period, which is a day.
ACCOUNT_FACTOR = 4
ACCOUNT_PERIODS = 24


@dataclass(frozen=True)
class Attempt:
    """One counted attempt. Call `succeeded` when it was right; otherwise it stays counted."""

    pair_key: str = ""
    network_key: str = ""
    account_key: str = ""
    # Whether the account has no more of them, from anywhere.
    is_last: bool = False

    def succeeded(self) -> None:
        """Clear the pair, and take this attempt back from the network and the account."""
        if self.pair_key:
            cache.delete(self.pair_key)
            _decrement(self.network_key)
            _decrement(self.account_key)

    def take_back(self) -> None:
        """Count this attempt as neither wrong nor right; what was wrong before it stays counted."""
        if self.pair_key:
            _decrement(self.pair_key)
            _decrement(self.network_key)
            _decrement(self.account_key)


def begin_attempt(*, purpose: str, account: str, address: str, everywhere: str = "") -> Attempt:
    """Count an attempt, or refuse it.

    purpose: what is tried (login, reset, …); each has its own pairs, the network counts for all.
    account: the lower-cased email address, or another name of the account; it is stored as a hash only.
    everywhere: names the account where attempts from all networks together are limited too. That lets a stranger lock
        its owner out, so it is for attempts that only somebody who knows the password can make.
    Raises: RateLimited (429, details: retry_after in seconds).
    """
    rate = rate_of("auth_login")
    if rate is None:
        return Attempt()
    limit, period = rate
    network = network_of(address)
    wide = limit * ACCOUNT_FACTOR
    buckets = [
        (_key(purpose, account, network), limit, period),
        (_key("address", network), limit * NETWORK_FACTOR, period),
        *([(_key(purpose, "everywhere", everywhere), wide, period * ACCOUNT_PERIODS)] if everywhere else []),
    ]
    counted = _count_all(buckets)
    pair, whole_network, *account_wide = [key for key, _, _ in buckets]
    is_last = bool(everywhere) and counted[-1] >= wide
    return Attempt(pair, whole_network, account_wide[0] if account_wide else "", is_last)


def forget_attempts(*, purpose: str, account: str, address: str) -> None:
    """Clear a pair, when what came after the attempts was right."""
    cache.delete(_key(purpose, account, network_of(address)))


def _key(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"accounts:guard:{hashlib.sha256(joined).hexdigest()}"


def _count_all(buckets: list[tuple[str, int, int]]) -> list[int]:
    """Count in every bucket, or in none."""
    counted: list[int] = []
    for key, limit, period in buckets:
        try:
            counted.append(_count(key, limit, period))
        except RateLimited:
            for earlier, _, _ in buckets[: len(counted)]:
                _decrement(earlier)
            raise
    return counted


def _count(key: str, limit: int, period: int) -> int:
    now = time.time()
    if cache.add(key, 0, period):
        cache.set(f"{key}:until", now + period, period)
    counted = _increment(key, period)
    if counted > limit:
        until = cache.get(f"{key}:until") or now + period
        wait = max(1, min(period, int(until - now) + 1))
        raise RateLimited("Too many attempts. Please wait before you try again.", retry_after=wait)
    return counted


def _increment(key: str, period: int) -> int:
    for _ in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:
            # It expired between the two steps; a new window begins.
            cache.add(key, 0, period)
    # The cache loses what it was just given; locking everybody out would be worse than counting nobody.
    return 1


def _decrement(key: str) -> None:
    if not key:
        return
    try:
        if cache.decr(key) < 0:
            cache.delete(key)
    except ValueError:
        # The window is over, and its count with it.
        return
