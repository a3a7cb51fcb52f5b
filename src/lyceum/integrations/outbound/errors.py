"""What may go wrong when a vendor is called."""

from __future__ import annotations

from datetime import timedelta


class VendorError(Exception):
    """A vendor didn't do what it was asked for. A vendor's client raises it in place of the vendor's own errors.

    code: short and stable, such as "http_503" or "timeout"; it is stored, so it holds no secret and nobody's data.
    message: for operators, under the same rule.
    retryable: whether the same call may succeed later.
    retry_after: how long the vendor wants to be left alone, if it said so.
    """

    def __init__(self, code: str, message: str = "", *, retryable: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after
