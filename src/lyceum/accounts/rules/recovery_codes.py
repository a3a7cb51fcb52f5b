"""Recovery codes: 80 random bits in 16 symbols that can't be mistaken for each other, shown as four groups."""

from __future__ import annotations

import re
import secrets

HOW_MANY = 10
# Crockford's base 32: no I, L, O or U.
SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16
_GROUP = 4
_LOOK_ALIKES = str.maketrans("ilo", "110")


def new_codes() -> list[str]:
    """Return a set of new codes as they are shown."""
    return ["-".join(_group() for _ in range(LENGTH // _GROUP)) for _ in range(HOW_MANY)]


def as_typed(text: str) -> str:
    """Return what somebody typed without spaces and hyphens, in lower case: a code of either kind."""
    return re.sub(r"[\s-]", "", text).lower()


def is_recovery_code(typed: str) -> bool:
    """Say whether something typed is meant as a recovery code; an app's code has six digits."""
    return len(typed) == LENGTH


def canonical(typed: str) -> str:
    """Return the form that is hashed, in which letters that look like digits are those digits."""
    return as_typed(typed).translate(_LOOK_ALIKES)


def _group() -> str:
    return "".join(secrets.choice(SYMBOLS) for _ in range(_GROUP))
