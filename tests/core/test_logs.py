"""Logs and error reports carry no personal data."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from lyceum.core.observability.logs import logging_config
from lyceum.core.observability.redaction import redact, redact_text
from lyceum.core.observability.reporting import scrub


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    # Configuring logging as a whole would close pytest's own handlers; the formatter is what we promise.
    form = dict(logging_config(debug=False)["formatters"]["json"])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(form.pop("()")(**form))
    logging.getLogger("lyceum").addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger("lyceum").removeHandler(handler)
    structlog.contextvars.clear_contextvars()


def test_a_line_is_json_with_the_requests_id(lines):
    structlog.contextvars.bind_contextvars(request_id="r-1234567")
    logging.getLogger("lyceum.core").warning("wake_up_failed", extra={"error": "OSError"})
    (line,) = lines()
    assert line["request_id"] == "r-1234567"
    assert (line["event"], line["level"], line["error"]) == ("wake_up_failed", "warning", "OSError")
    assert line["timestamp"].endswith("Z")


def test_people_are_hidden_in_fields_texts_and_tracebacks(lines):
    log = logging.getLogger("lyceum.accounts")
    log.warning("Mail to %s failed", "ada@example.org", extra={"email": "ada@example.org", "full_name": "Ada Lovelace"})
    try:
        raise ValueError("duplicate key (ada@example.org)")
    except ValueError:
        log.exception("insert_failed")
    first, second = lines()
    assert first["event"] == "Mail to [email] failed"
    assert (first["email"], first["full_name"]) == ("[hidden]", "[hidden]")
    assert "ada@example.org" not in json.dumps(second)
    assert "ValueError: duplicate key ([email])" in second["exception"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /r/abcdefghijkl/ 200", "GET /r/[hidden]/ 200"),
        ("https://x.org/verify?token=s3cret&x=1", "https://x.org/verify?token=[hidden]&x=1"),
        ("Authorization: Bearer ey.J0.x", "Authorization: [hidden]"),
        ("scan otpauth://totp/Lyceum:a%40b.org?secret=GEZDGNBV&issuer=Lyceum now", "scan [hidden] now"),
        ("typed 7k2m-9qtf-x0c4-hw8d wrongly", "typed [hidden] wrongly"),
        ("typed code=492039 wrongly", "typed code=[hidden] wrongly"),
        ("row 0198c1f2-5a3e-7c41-9d0b-2f6f0c1a7e51", "row 0198c1f2-5a3e-7c41-9d0b-2f6f0c1a7e51"),
        ("nothing to hide at 10:30", "nothing to hide at 10:30"),
    ],
)
def test_texts(text: str, expected: str):
    assert redact_text(text) == expected


def test_nested_data_ends_somewhere():
    assert redact({"a": [{"password": "x", "n": 1}]}) == {"a": [{"password": "[hidden]", "n": 1}]}
    shown_once = {"recovery_codes": ["7k2m-9qtf-x0c4-hw8d"], "qr_code": "data:…", "otpauth_uri": "otpauth://x", "a": 1}
    hidden = {"recovery_codes": "[hidden]", "qr_code": "[hidden]", "otpauth_uri": "[hidden]", "a": 1}
    assert redact(shown_once) == hidden
    codes = {"code": "492039", "error": {"code": "EVENT_FULL"}, "status_code": 401}
    assert redact(codes) == {"code": "[hidden]", "error": {"code": "EVENT_FULL"}, "status_code": 401}
    deep: dict = {}
    deep["self"] = deep
    assert redact(deep, depth=3) == {"self": {"self": {"self": "[hidden]"}}}


def test_an_error_report_keeps_what_went_wrong_and_nobody():
    report = scrub(
        {
            "user": {"email": "ada@example.org", "ip_address": "192.0.2.1"},
            "request": {
                "url": "https://x.org/r/abcdefghijk/",
                "method": "POST",
                "data": {"name": "Ada"},
                "cookies": "s",
            },
            "exception": {"values": [{"type": "KeyError", "value": "ada@example.org"}]},
        },
        {},
    )
    assert report == {
        "request": {"method": "POST"},
        "exception": {"values": [{"type": "KeyError", "value": "[email]"}]},
    }
