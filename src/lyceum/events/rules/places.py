"""What may be said of a place in public: a room or an address, and neither a link to a meeting nor its passcode."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# No place and no link is longer; the rest of a longer text, which is refused for its length, isn't looked at.
_LONGEST: Final = 2000
_NAME: Final = r"(?:[a-z0-9-]+\.)+"
# Where meetings are held, and what ends a web address that is written without `https://` and without a path.
_ENDINGS: Final = frozenset(
    {"ai", "app", "be", "biz", "co", "com", "de", "dev", "edu", "eu", "fm", "fr", "gl", "gov", "info", "io", "link",
     "live", "ly", "me", "net", "nl", "org", "se", "si", "to", "tv", "uk", "us"}
)  # fmt: skip
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]{1,20}:/|\bwww\.", re.IGNORECASE)
# Words with full stops between them. Each is looked at once, so that the time grows with the text's length alone.
_DOTTED: Final = re.compile(r"(?<![a-z0-9-])[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_PATH: Final = re.compile(r"[/?#:]\w")
_PASSCODE: Final = re.compile(
    r"\b(?:pass ?(?:code|word|wd)|pwd|kenn(?:wort|code)|zugangscode|mot de passe|(?:meeting|webinar)[ -]?(?:id|number))"
    r"\b(?:\s*(?:is\b|[:=#])\s*\S|\s+\S*\d)",
    re.IGNORECASE,
)
_VENDOR: Final = re.compile(r"\b(?:zoom|teams|webex|meet|meeting|webinar)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\b\d{3}[ -]?\d{3,4}[ -]?\d{3,4}\b")
_TELEPHONE: Final = re.compile(
    r"(?:\b(?:tel|telephone|telefon|phone|fon|fax|mobile|call)\b[.: ]*|\+\d{0,3}[ -]?)\Z", re.IGNORECASE
)
_WHOLE: Final = re.compile(rf"(?:https?://\S+|{_NAME}[a-z]{{2,24}}(?:[/?#:]\S*)?)", re.IGNORECASE)


def holds_link(text: str) -> bool:
    """Say whether a text holds something like a web address, or the number or passcode of a meeting."""
    plain = _plain(text)
    if _SCHEME.search(plain) or _PASSCODE.search(plain) or _holds_address(plain):
        return True
    return bool(_VENDOR.search(plain)) and _holds_meeting_number(plain)


def as_link(text: str) -> str:
    """Return a text that is nothing but a link as one with `https://`; blank for any other text."""
    plain = _plain(text).strip()
    if len(text) > _LONGEST or not _WHOLE.fullmatch(plain) or not holds_link(plain):
        return ""
    return plain if re.match(r"https?://", plain, re.IGNORECASE) else f"https://{plain}"


def in_public(text: str) -> str:
    """Return a place as visitors may read it: blank, should it hold a link after all."""
    return "" if holds_link(text) else text


def _holds_address(plain: str) -> bool:
    """Say whether words with full stops between them are a web address: by their ending, or by what follows them."""
    for found in _DOTTED.finditer(plain):
        labels = found[0].lower().split(".")
        if any(label.split("-")[0] in _ENDINGS for label in labels[1:]):
            return True
        is_name = labels[-1].isalpha() and 2 <= len(labels[-1]) <= 24
        is_number = len(labels) >= 4 and all(label.isdecimal() and len(label) <= 3 for label in labels[-4:])
        if (is_name or is_number) and _PATH.match(plain, found.end()):
            return True
    return False


def _holds_meeting_number(plain: str) -> bool:
    return any(
        not _TELEPHONE.search(plain[max(0, found.start() - 20) : found.start()]) for found in _NUMBER.finditer(plain)
    )


def _plain(text: str) -> str:
    """Return the text as it would be read: without invisible characters, and with one kind of full stop."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("。", ".")
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")
