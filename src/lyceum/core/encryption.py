"""Secrets that must be read again, such as a vendor's tokens, encrypted while they lie in the database.

What only has to be recognised is kept as a hash instead, see `core.tokens`. The keys come from `ENCRYPTION_KEYS`: the
first one encrypts, all of them decrypt, so that a key is replaced by putting a new one in front and running
`manage.py reencrypt`. `SECRET_KEY` always decrypts too, and encrypts where there is no other key.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SHORTEST_KEY = 32


class Unreadable(Exception):
    """No key of the settings decrypts this: it was changed, moved from another column, or its key is gone."""


def encrypt(text: str, *, purpose: str) -> str:
    """Return the text as it may be stored.

    purpose: what it is for, such as `accounts.second_factor`; it is readable under the same purpose only.
    """
    return _keys(purpose).encrypt(text.encode()).decode()


def decrypt(stored: str, *, purpose: str) -> str:
    """Return the text that was encrypted for this purpose.

    Raises: Unreadable.
    """
    try:
        return _keys(purpose).decrypt(stored).decode()
    except (InvalidToken, ValueError):
        raise Unreadable from None


def reencrypt(stored: str, *, purpose: str) -> str:
    """Return the same secret encrypted with the newest key; unchanged if it is already.

    Raises: Unreadable.
    """
    newest = _derived(_material()[0], purpose)
    try:
        newest.decrypt(stored)
    except (InvalidToken, ValueError):
        return encrypt(decrypt(stored, purpose=purpose), purpose=purpose)
    return stored


def _keys(purpose: str) -> MultiFernet:
    return MultiFernet([_derived(material, purpose) for material in _material()])


def _material() -> list[str]:
    return [*settings.ENCRYPTION_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=64)
def _derived(material: str, purpose: str) -> Fernet:
    """Return the key of one purpose: what is encrypted for another can't be passed off as this."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"lyceum.encryption:{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derivation.derive(material.encode())))
