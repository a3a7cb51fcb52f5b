"""Certificate ids: 95 random bits and a check symbol in Crockford's base 32, printed in four groups of five.

Source: https://www.crockford.com/base32.html for the alphabet. The check is a sum over GF(32) with a different
weight at each place, so that every single wrong symbol and every swap of two symbols is noticed.
"""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 20
PRINTED_LENGTH: Final = 23
_GROUP: Final = 5
_POLYNOMIAL: Final = 0b100101
_LOOKALIKES: Final = str.maketrans("OIL", "011", "- \u2010\u2011\u2013")


def new_certificate_id() -> str:
    """Return an id that nobody can guess."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(symbols + _check_symbol(symbols))


def read_certificate_id(text: str) -> str | None:
    """Return the id as it is stored, from what somebody typed (any case, O for 0, no dashes); None if mistyped."""
    symbols = text.strip()[:64].upper().translate(_LOOKALIKES)
    if len(symbols) != LENGTH or any(symbol not in ALPHABET for symbol in symbols):
        return None
    return _grouped(symbols) if _check_symbol(symbols[:-1]) == symbols[-1] else None


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def _check_symbol(symbols: str) -> str:
    total = 0
    for symbol in symbols:
        # Horner's scheme: the k-th symbol from the right is weighted with 2^k, and 2 generates GF(32).
        total = _doubled(total ^ ALPHABET.index(symbol))
    return ALPHABET[total]


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 0b100000 else value
