"""Zoom's signature over a delivery, compared as bytes and in constant time.

Source: developers.zoom.us, "Using webhooks", verify with Zoom's header: `v0:{timestamp}:{raw body}`.
"""

import hashlib
import hmac
import re
from datetime import datetime

from lyceum.integrations.inbound.errors import SignatureInvalid

# Zoom retries up to an hour later and never after a 4xx, so a delivery may be this old and no older.
MAX_AGE_SECONDS = 2 * 3600
MAX_AHEAD_SECONDS = 5 * 60
_SECONDS = re.compile(rb"[0-9]{1,12}")
# No colon: an answer to `v0:<time>:<body>` would be a signature to forge that body with.
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_\-]{1,128}")


def sign(secret: str, timestamp: bytes, body: bytes) -> bytes:
    """Return the value of `x-zm-signature` for a body.

    timestamp: seconds since 1970, as sent in `x-zm-request-timestamp`.
    """
    return b"v0=" + hmac.new(secret.encode(), b"v0:" + timestamp + b":" + body, hashlib.sha256).hexdigest().encode()


def check_signature(*, secret: str, timestamp: bytes, signature: bytes, body: bytes, at: datetime) -> None:
    """Check the signature first, then the age, so that nobody learns anything without the secret.

    Raises: SignatureInvalid (401).
    """
    if not signature or not hmac.compare_digest(sign(secret, timestamp, body), signature):
        raise SignatureInvalid
    if not _SECONDS.fullmatch(timestamp):
        raise SignatureInvalid
    age = at.timestamp() - int(timestamp)
    if not -MAX_AHEAD_SECONDS <= age <= MAX_AGE_SECONDS:
        raise SignatureInvalid


def may_be_encrypted(plain_token: object) -> bool:
    """Say whether this is a token that Zoom's address check would send."""
    return isinstance(plain_token, str) and _PLAIN_TOKEN.fullmatch(plain_token) is not None


def encrypt_token(secret: str, plain_token: str) -> str:
    """Return the proof, for `endpoint.url_validation`, that we hold the secret."""
    return hmac.new(secret.encode(), plain_token.encode(), hashlib.sha256).hexdigest()
