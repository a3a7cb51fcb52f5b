"""Words as they are printed: cleaned, with their direction, and judged for whether any font can show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from lyceum.certificates.rendering.fonts import coverages

_JOINERS = "\u200c\u200d"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
# First code point, last code point, language: tells shaping and screen readers what a name is written in.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"), (0x1F00, 0x1FFF, "el"), (0x0400, 0x052F, "ru"), (0x0590, 0x05FF, "he"),
    (0x0600, 0x077F, "ar"), (0x0900, 0x097F, "hi"), (0x3040, 0x30FF, "ja"), (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)  # fmt: skip


def printable(text: str) -> str:
    """Return the text composed (NFC), on one line, without controls and marks that could reorder it."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        " " if character.isspace() else character
        for character in composed
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )
    return " ".join("".join(kept).split())


def unprintable(text: str) -> list[str]:
    """Return the letters, with their marks, that no font can show; empty when all is well."""
    return list(dict.fromkeys(cluster for cluster in _clusters(printable(text)) if not _shown(cluster)))


def without_ornaments(text: str) -> str:
    """Return the text without symbols, such as emoji, that no font can show; letters are never left out."""
    kept = [
        one for one in _clusters(printable(text)) if _shown(one) or not unicodedata.category(one[0]).startswith("S")
    ]
    return " ".join("".join(kept).strip("\u200d").split())


def reads_from_right(text: str) -> bool:
    """Return whether the first letter with a direction belongs to a right-to-left script."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def language_of(text: str, otherwise: str) -> str:
    """Return the language that the first letter of a script suggests, for shaping and for screen readers."""
    for character in text:
        point = ord(character)
        for first, last, language in _SCRIPTS:
            if first <= point <= last:
                return language
    return otherwise


def long_date(day: date) -> str:
    """Return a date as people write it: 21 November 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_datetime(moment: datetime) -> str:
    """Return a local moment as people write it: 21 November 2026, 14:00 CET."""
    return f"{long_date(moment.date())}, {moment:%H:%M} {moment.tzname() or ''}".strip()


def plain_number(value: Decimal | str | float | None) -> str:
    """Return a number without trailing zeros, and nothing for nothing: 2.50 → 2.5, None → ''."""
    if value is None or value == "":
        return ""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for character in text:
        joins = unicodedata.category(character).startswith("M") or character in _JOINERS
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _selects_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _shown(cluster: str) -> bool:
    points = [ord(character) for character in cluster if character not in _JOINERS and not _selects_variant(character)]
    # Private-use letters have no meaning that a PDF/A reader could know.
    if any(unicodedata.category(chr(point)) in ("Co", "Cn") or point == 0xFFFD for point in points):
        return False
    return any(all(point in coverage for point in points) for coverage in coverages())
