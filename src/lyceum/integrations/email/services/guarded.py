"""What a mail may say of what strangers typed.

A template gets every value through here: whatever isn't ours is shown as one line, cut, with addresses broken up. What
is ours says so: links that `core.links` made, and the few values that a builder marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from lyceum.core.links import OwnLink
from lyceum.core.plain_text import quoted, shown

_HARMLESS: Final = (bool, int, float, Decimal, date, datetime, time, timedelta, type(None))


class Quote(str):
    """What a stranger wrote over several lines. It stands below words of ours that say whose it is."""

    __slots__ = ()


class MeetingLink(str):
    """Where an organizer holds a meeting: the one address of theirs that a mail leads to, to those with a seat."""

    __slots__ = ()


def guarded(value: Any) -> Any:
    """Return a value as a template may show it, and whatever the template reaches through it."""
    if isinstance(value, (OwnLink, _Said, *_HARMLESS)):
        return value
    if isinstance(value, str):
        return _said(value)
    if isinstance(value, Mapping):
        return {key: guarded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [guarded(inner) for inner in value]
    return Guarded(value)


class Guarded:
    """An object whose every text is shown as a stranger's, also those that are reached through it."""

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            # Above all `__html__`, by which an object would say that it needs no escaping.
            raise AttributeError(name)
        found = getattr(self._wrapped, name)
        return _answering(found) if callable(found) else guarded(found)

    def __str__(self) -> str:
        return _said(str(self._wrapped))

    def __bool__(self) -> bool:
        return bool(self._wrapped)

    def __len__(self) -> int:
        return len(self._wrapped)

    def __iter__(self) -> Iterator[Any]:
        return map(guarded, self._wrapped)


class _Said(str):
    """A text that was made safe already."""

    __slots__ = ()


class _Quoted(_Said):
    """A quote as the text part shows it; `plain` is without the marks, for the HTML part's own."""

    __slots__ = ()

    @property
    def plain(self) -> str:
        return _Said("\n".join(line.removeprefix(">").strip() for line in self.split("\n")))


def _said(text: str) -> str:
    if isinstance(text, Quote):
        return _Quoted(quoted(text))
    if isinstance(text, MeetingLink):
        return _Said(_meeting_link(text))
    return _Said(shown(text))


def _meeting_link(text: str) -> str:
    whole = text.startswith(("https://", "http://")) and text.isprintable() and " " not in text
    return text if whole and "token=" not in text.lower() else shown(text)


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: guarded(method(*args))
