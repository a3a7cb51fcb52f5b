"""What must not leave in a log or an error report: addresses, secrets, and fields that hold either."""

import re
from collections.abc import Mapping
from typing import Any

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
# Values behind these words in a text: token=…, "password": "…", Authorization: Bearer …
SECRET = re.compile(
    r"(?i)\b(token|password|secret|signature|authorization|api[_-]?key|code)(\"?\s*[=:]\s*\"?)(bearer\s+)?[^\s\"&,;]+"
)
# What an authenticator app reads, and recovery codes: four groups of four symbols, wherever they stand.
SETUP = re.compile(r"otpauth://[^\s\"'<>]+")
RECOVERY_CODE = re.compile(r"(?i)(?<![0-9a-z-])(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}(?![0-9a-z-])")
# Paths whose last part lets its holder in.
SECRET_PATH = re.compile(r"(?i)/(r|files|verify-email|reset-password|public/registrations|ical)/[^/\s\"?]{8,}")
PRIVATE_KEYS = re.compile(
    r"(?i)(email|password|token|secret|authorization|cookie|full_?name|first_?name|last_?name|guest_?name|phone|address"
    r"|signature|api_?key|recovery_?codes?|qr_?code|otpauth_?uri|body|answers?|responses?|ip)$"
)
HIDDEN = "[hidden]"


def redact_text(text: str) -> str:
    """Return the text without addresses and secrets."""
    text = SETUP.sub(HIDDEN, text)
    text = EMAIL.sub("[email]", text)
    text = RECOVERY_CODE.sub(HIDDEN, text)
    text = SECRET_PATH.sub(rf"/\1/{HIDDEN}", text)
    return SECRET.sub(rf"\1\2{HIDDEN}", text)


def redact(value: Any, *, depth: int = 8) -> Any:
    """Return a copy of nested data in which private keys and texts are hidden."""
    if isinstance(value, str):
        return redact_text(value)
    if depth == 0:
        return HIDDEN
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if _is_private(str(key), item) else redact(item, depth=depth - 1) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(item, depth=depth - 1) for item in value]
    return value


def _is_private(key: str, item: Any) -> bool:
    # A code of digits is an app's or a meeting's; the codes of refusals are words, and say what went wrong.
    is_typed_code = key.lower().endswith("code") and isinstance(item, str) and item.isdigit()
    return bool(item) and (is_typed_code or bool(PRIVATE_KEYS.search(key)))
