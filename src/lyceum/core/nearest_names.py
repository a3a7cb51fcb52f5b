"""What a name that isn't known was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

# How much of a stranger's name is compared and repeated.
LONGEST: Final = 40
# From 0 (anything) to 1 (the same).
_ALIKE: Final = 0.5


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like this one, whichever way its words are joined; None if none does."""
    by_letters = {_letters(one): one for one in known}
    found = get_close_matches(_letters(name[:LONGEST]), by_letters, n=1, cutoff=_ALIKE)
    return by_letters[found[0]] if found else None


def unknown_name(name: str, known: Iterable[str], *, what: str = "field") -> str:
    """Return what is said of a name that isn't known here.

    what: what the name would be one of, such as a field.
    """
    meant = nearest(name, known)
    return f"There is no such {what} here." + (f" Did you mean `{meant}`?" if meant else "")


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
