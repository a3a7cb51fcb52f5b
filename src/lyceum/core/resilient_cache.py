"""Django's Redis cache; while Redis is away, the process's own memory stands in for it."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# After a failure Redis is left alone for so long, so that no request waits for it twice.
PAUSE_SECONDS = 5.0
# So many entries one process keeps meanwhile; past it a third of them goes, those used longest ago first.
_STANDIN_ENTRIES = 20_000
_away_until = 0.0


class ResilientRedisCache(RedisCache):
    """Nothing raises while Redis is away. What it held is missing, and each process counts and keeps by itself.

    Limits therefore still hold during an outage, for each process apart: whoever asks several gets in more often than
    the limit says, and never without one. What was kept meanwhile is forgotten when Redis is back, where its counters
    go on.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._standin_name = f"standin for {server}"
        self._standin_params = params

    @cached_property
    def _standin(self) -> LocMemCache:
        # One for the process, whatever thread asks: Django gives each thread a cache object of its own.
        options = {**self._standin_params.get("OPTIONS", {}), "MAX_ENTRIES": _STANDIN_ENTRIES}
        return LocMemCache(self._standin_name, {**self._standin_params, "OPTIONS": options})

    @property
    def is_away(self) -> bool:
        """Whether Redis failed to answer a moment ago."""
        return time.monotonic() < _away_until

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._asked("get", key, default, version)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._asked("add", key, value, *args, **kwargs))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._asked("set", key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._asked("touch", key, *args, **kwargs))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._asked("delete", key, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._asked("has_key", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises: ValueError when there is no such counter."""
        return int(self._asked("incr", key, delta, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._asked("get_many", keys, version)
        return found

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        refused: list[Any] = self._asked("set_many", data, *args, **kwargs)
        return refused

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._asked("delete_many", keys, version)

    def clear(self) -> None:
        self._asked("clear")

    def _asked(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        """Return what Redis answers, or the memory of the process while Redis is away."""
        # One Redis, one memory of whether it answers.
        global _away_until
        if not self.is_away:
            try:
                return getattr(super(), verb)(*args, **kwargs)
            except RedisError as error:
                _away_until = time.monotonic() + PAUSE_SECONDS
                log.warning("cache_away", extra={"error": type(error).__name__})
        return getattr(self._standin, verb)(*args, **kwargs)
