"""Strangers' JSON, read with a limit on how deep lists and objects lie in each other."""

from __future__ import annotations

import codecs
from typing import Any, Final

import orjson

from lyceum.core.errors import ParseRefused, PayloadTooLarge

DEEPEST: Final = 32
_TOO_DEEP = f"Lists and objects may lie in each other {DEEPEST} levels deep. Please send something flatter."


def read_json(text: bytes | str) -> Any:
    """Return the value that a JSON text stands for. NaN, Infinity and half surrogate pairs are no JSON.

    Raises: ParseRefused (400), PayloadTooLarge (413) for what is nested more than 32 levels deep.
    """
    if isinstance(text, bytes) and text.startswith(codecs.BOM_UTF8):
        text = text[3:]
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as error:
        # The parser itself gives up at a thousand levels.
        if isinstance(error, RecursionError) or "depth" in str(error):
            raise PayloadTooLarge(_TOO_DEEP) from None
        raise ParseRefused from error
    require_flat(value)
    return value


def require_flat(value: Any) -> None:
    """Refuse a value whose lists and objects lie more than 32 levels deep.

    Raises: PayloadTooLarge (413).
    """
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise PayloadTooLarge(_TOO_DEEP)
