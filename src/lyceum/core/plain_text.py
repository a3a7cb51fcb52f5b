"""Text that people type: what may stand on one line, what is no name, and how it is shown in our mails.

Whoever fills in a form can be anybody, and what they typed is read by others: in a mail of ours it must not look like
our own words, lead to a page of theirs, or add lines to it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError

NOT_ON_ONE_LINE: Final = "Please write this on one line, without line breaks or invisible characters."
NO_NAME: Final = "Please give a name without web or email addresses."
# An email address within a text, with its sign or those that programs read as it; databases ask by it too.
ADDRESS_WITHIN: Final = "\\S[@\ufe6b\uff20]\\S"
# What no database keeps, or what can't be written as UTF-8: NUL, and halves of characters.
NOT_STORABLE: Final = re.compile("[\x00\ud800-\udfff]")
# How much of a stranger's line a mail shows.
SHOWN_LENGTH: Final = 100

# Control characters, separators of lines and paragraphs, halves of characters.
_NEVER: Final = frozenset(["Cc", "Zl", "Zp", "Cs"])
# What has no width and no use in any language's words, and the overrides, which show text in another order than it is
# read. The joiners U+200C and U+200D have a use, and so have the marks of direction: programs copy them along with
# Arabic and Hebrew names. In a mail, which has words around the name, those go too.
_REFUSED: Final = frozenset("\u202d\u202e\u200b\u2060\ufeff\ufff9\ufffa\ufffb")
_NOT_SHOWN: Final = _REFUSED | frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_SCHEME: Final = re.compile(r"\b(https?|ftp|mailto|javascript|data)\s*:(?://)?", re.IGNORECASE)
# The endings under which most addresses stand that somebody would be sent to. A name is refused for these alone: people
# are called St.John and J.R.Smith, and what is let through here is still broken up in a mail.
_ENDINGS: Final = (
    "com|net|org|info|biz|edu|gov|io|app|dev|xyz|top|site|online|shop|store|club|live|link|click|page|zip|mov|icu|vip|"
    "work|website|space|tech|pro|cloud|example|test|ru|cn|tk|ml|ga|cf|gq|uk|eu"
)
# "de" is part of many surnames: of Maria.De Souza's it is no ending.
_PLAIN_ADDRESS: Final = re.compile(
    rf"\bwww\.|[^\W_]{{2}}\.(?:{_ENDINGS}|de(?! (?-i:[A-Z])))\b|[^\W_]\.[^\W\d_]{{2,}}/|\d\.\d{{1,3}}/", re.IGNORECASE
)
# Browsers read these as full stops in the name of a host.
_FULL_STOPS: Final = {ord(one): "." for one in "。．｡"}
# A dot between a word and what might be the end of an address; every program that makes links of texts looks for it.
_LINKED_DOT: Final = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})(?!js\b)")
_ADDRESS: Final = re.compile(ADDRESS_WITHIN)
_TOKEN: Final = re.compile(r"\b(token)\s*=", re.IGNORECASE)


def one_line(text: str) -> str:
    """Return the text on one line, without control characters: a header can't be added through it."""
    return " ".join("".join(_visible(character) for character in text).split())


def shown(text: str, *, length: int = SHOWN_LENGTH) -> str:
    """Return what a stranger typed as a mail of ours shows it: one line, no addresses that become links, cut."""
    line = defused(one_line(text))
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def quoted(text: str) -> str:
    """Return what a stranger wrote over several lines, each marked as theirs, as mail programs quote."""
    lines = [defused(one_line(line)) for line in text.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def defused(text: str) -> str:
    """Return the text with addresses broken up, so that no program makes links of them."""
    text = _SCHEME.sub(r"\1 ", text.translate(_FULL_STOPS)).replace("//", " ")
    return _TOKEN.sub(r"\1 ", _LINKED_DOT.sub(". ", text))


def check_one_line(value: str) -> None:
    """Raises: ValidationError for line breaks, control characters, and what is there without being seen."""
    if any(unicodedata.category(one) in _NEVER or one in _REFUSED for one in value):
        raise ValidationError(NOT_ON_ONE_LINE, code="characters")
    if value.strip() and not any(unicodedata.category(one)[0] not in "ZC" for one in value):
        raise ValidationError(NOT_ON_ONE_LINE, code="characters")


def holds_address(text: str) -> bool:
    """Say whether an email address stands where a name should, alone or among other words.

    What holds one isn't shown as somebody's name.
    """
    return _ADDRESS.search(text) is not None


def name_or_blank(text: str) -> str:
    """Return a name as it may be shown to anybody: blank where an email address stands in it."""
    return "" if holds_address(text) else text.strip()


def check_name(value: str) -> None:
    """Raises: ValidationError for an address, of the web or of mail, in somebody's name.

    `check_one_line` stands beside it.
    """
    value = unicodedata.normalize("NFKC", value).translate(_FULL_STOPS)
    if (
        holds_address(value)
        or "//" in value
        or _SCHEME.search(value)
        or _PLAIN_ADDRESS.search(value)
        or _TOKEN.search(value)
    ):
        raise ValidationError(NO_NAME, code="web_address")


def _visible(character: str) -> str:
    if character in _NOT_SHOWN:
        return ""
    return " " if unicodedata.category(character) in _NEVER else character
