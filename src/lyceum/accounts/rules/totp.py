"""Codes of an authenticator app: RFC 6238 with what every app understands, six digits of SHA-1 every 30 seconds."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lyceum.core.qr import qr_data_uri

DIGITS = 6
STEP_SECONDS = 30
# The clocks of telephones are rarely right to the second: the step before and the one after count too.
TOLERANCE = 1
SECRET_BYTES = 20
ISSUER = "Lyceum"


def new_secret() -> str:
    """Return a new secret of 160 bits, as apps read it: in base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def matching_step(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """Return the step whose code this is, or None.

    at: on the real clock. after: the step that was used last; its code and older ones are no longer right.
    """
    now = int(at.timestamp()) // STEP_SECONDS
    app = _app(secret)
    steps = [step for step in range(now - TOLERANCE, now + TOLERANCE + 1) if _is_code(app, code, step)]
    usable = [step for step in steps if after is None or step > after]
    return usable[0] if usable else None


def setup_uri(secret: str, *, account: str) -> str:
    """Return what the app reads from a QR code.

    account: the name under which the app lists it.
    """
    return _app(secret).get_provisioning_uri(account, ISSUER)


def qr_code(uri: str) -> str:
    """Return the address as a picture to scan: a data URL of an SVG."""
    return qr_data_uri(uri, scale=4)


def _app(secret: str) -> TOTP:
    # SHA-1 is what RFC 6238 and the apps use here; its known weaknesses don't touch a keyed hash.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 -- as the line above says


def _is_code(app: TOTP, code: str, step: int) -> bool:
    try:
        app.verify(code.encode(), step * STEP_SECONDS)
    except InvalidToken:
        return False
    return True
