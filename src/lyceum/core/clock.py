"""The product's clock, which development may move forward, and the real one.

Business times, holds, due rows and retries use `now()`; tokens, signed links, sessions, throttles and
idempotency keys use `real_now()`.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from lyceum.core.errors import ValidationRefused

_CACHE: tuple[int, float] = (-1, 0.0)


def real_now() -> datetime:
    """Return the machine's time, aware, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the product's time, aware, UTC: the real one plus the development offset."""
    if not settings.DEBUG:
        return real_now()
    return real_now() + timedelta(seconds=_offset_seconds())


def advance(seconds: float) -> datetime:
    """Move the product's clock forward for every process that shares the data folder.

    seconds: how far, 0 or more.
    Raises: ValidationRefused (422) when the clock would go back or out of range.
    """
    if not 0 <= seconds < 100 * 366 * 86400:
        raise ValidationRefused({"advance_seconds": ["The clock only goes forward, by at most a hundred years."]})
    path = _offset_path()
    offset = _offset_seconds() + seconds
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(f"{offset:.6f}")
    temporary.replace(path)
    return now()


def _offset_path() -> Path:
    return Path(settings.LYCEUM_DATA) / "clock-offset"


def _offset_seconds() -> float:
    """Read the shared offset, again only when the file has been replaced."""
    global _CACHE
    try:
        stat = _offset_path().stat()
    except FileNotFoundError:
        return 0.0
    key = stat.st_mtime_ns ^ stat.st_ino
    if _CACHE[0] != key:
        _CACHE = (key, float(_offset_path().read_text() or 0))
    return _CACHE[1]
