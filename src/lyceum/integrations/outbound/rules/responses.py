"""What an HTTP answer of a vendor's means for the call: done, try again later, or never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from lyceum.integrations.outbound.errors import VendorError

# Timed out there, asked too early, too many requests; besides every 5xx.
_RETRYABLE: Final = frozenset([408, 425, 429])
# No vendor is believed that wants to be left alone for longer.
LONGEST_WAIT: Final = timedelta(days=1)


def require_success(status: int, headers: Mapping[str, str], *, now: datetime) -> None:
    """Let an answer with a 2xx status pass.

    headers: of the answer, whatever their case.
    now: the real time, against which a date in `Retry-After` is measured.
    Raises: VendorError, retryable for 408, 425, 429 and 5xx.
    """
    if 200 <= status < 300:
        return
    raise VendorError(
        f"http_{status}",
        f"The vendor answered with status {status}.",
        retryable=status in _RETRYABLE or status >= 500,
        retry_after=retry_after(headers.get("retry-after", ""), now=now),
    )


def retry_after(value: str, *, now: datetime) -> timedelta | None:
    """Return how long a `Retry-After` header asks to wait, in either of its forms: seconds, or a date."""
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
