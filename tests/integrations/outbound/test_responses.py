"""What a vendor's HTTP answer means for the call."""

from datetime import UTC, datetime, timedelta

import pytest

from lyceum.integrations.outbound.errors import VendorError
from lyceum.integrations.outbound.rules.responses import require_success, retry_after

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_passes(status: int) -> None:
    require_success(status, {}, now=NOW)


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        *[(301, False), (400, False), (401, False), (404, False), (409, False), (422, False)],
        *[(408, True), (425, True), (429, True), (500, True), (502, True), (503, True), (504, True)],
    ],
)
def test_the_status_says_whether_to_try_again(status: int, retryable: bool) -> None:
    with pytest.raises(VendorError) as raised:
        require_success(status, {}, now=NOW)
    assert (raised.value.code, raised.value.retryable) == (f"http_{status}", retryable)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("9" * 400, timedelta(days=1)),
        ("Mon, 04 May 2026 09:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 04 May 2026 08:00:00 GMT", timedelta(0)),
        ("Mon, 04 May 2026 09:05:00 -0000", timedelta(minutes=5)),
        ("Mon, 04 May 2036 09:05:00 GMT", timedelta(days=1)),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
    ],
)
def test_both_forms_of_retry_after_are_read(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, now=NOW) == wait
