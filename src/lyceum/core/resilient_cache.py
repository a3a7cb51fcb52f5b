"""Django's Redis cache, merely empty while Redis is away: what it holds can be counted or read again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# After a failure Redis is left alone for so long, so that no request waits for it twice.
PAUSE_SECONDS = 5.0
_away_until = 0.0


class ResilientRedisCache(RedisCache):
    """A lost counter starts anew, a lost value is missing; nothing raises.

    Throttles therefore let everybody in during an outage, which is better than letting nobody.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _tried(lambda: super(ResilientRedisCache, self).get(key, default, version), default)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(_tried(lambda: super(ResilientRedisCache, self).add(key, value, *args, **kwargs), True))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        _tried(lambda: super(ResilientRedisCache, self).set(key, value, *args, **kwargs), None)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(_tried(lambda: super(ResilientRedisCache, self).touch(key, *args, **kwargs), False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(_tried(lambda: super(ResilientRedisCache, self).delete(key, version), False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(_tried(lambda: super(ResilientRedisCache, self).has_key(key, version), False))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises: ValueError when there is no such counter, or no Redis to hold it."""
        counted = _tried(lambda: super(ResilientRedisCache, self).incr(key, delta, version), None)
        if counted is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(counted)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = _tried(lambda: super(ResilientRedisCache, self).get_many(keys, version), {})
        return found

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        refused: list[Any] = _tried(
            lambda: super(ResilientRedisCache, self).set_many(data, *args, **kwargs), list(data)
        )
        return refused

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        _tried(lambda: super(ResilientRedisCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        _tried(lambda: super(ResilientRedisCache, self).clear(), None)


def _tried(call: Callable[[], Any], without: Any) -> Any:
    """Return what the call returns, or `without` while Redis is away."""
    # One Redis, one memory of whether it answers.
    global _away_until
    if time.monotonic() < _away_until:
        return without
    try:
        return call()
    except RedisError as error:
        _away_until = time.monotonic() + PAUSE_SECONDS
        log.warning("cache_away", extra={"error": type(error).__name__})
        return without
