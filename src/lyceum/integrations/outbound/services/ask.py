"""One HTTP request to a vendor, bounded in time, with errors that tell whether it may be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

from lyceum.core import clock
from lyceum.integrations.outbound.errors import VendorError
from lyceum.integrations.outbound.rules.responses import require_success

# To connect, and between two parts of the answer; less than a lease by far.
TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)


def ask_vendor(
    method: str, url: str, *, headers: Mapping[str, str], content: Any = None, timeout: httpx.Timeout = TIMEOUT
) -> Any:
    """Send one request and return the answer's JSON; None when it has no body. For `perform` of an outbound call.

    headers: the vendor's credential and its header for the idempotency key, among others.
    content: sent as JSON, when there is any.
    Raises: VendorError, retryable for a time-out, a broken connection, an unreadable answer, 408, 425, 429 and 5xx.
    """
    try:
        answer = httpx.request(method, url, headers=dict(headers), json=content, timeout=timeout)
    except httpx.TimeoutException as error:
        raise VendorError("timeout", "The vendor didn't answer in time.", retryable=True) from error
    except httpx.TransportError as error:
        raise VendorError("unreachable", "The vendor can't be reached.", retryable=True) from error
    require_success(answer.status_code, answer.headers, now=clock.real_now())
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise VendorError("unreadable_answer", "The vendor's answer is no JSON.", retryable=True) from error
