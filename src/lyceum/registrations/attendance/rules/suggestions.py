"""Suggest whose unmatched attendance it could be, by likeness of names and addresses; a person decides. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

SUGGESTIONS = 5
_LEAST_LIKENESS = 0.45


@dataclass(frozen=True, slots=True)
class Candidate:
    """A confirmed registration, as far as a suggestion needs it."""

    registration_id: UUID
    full_name: str
    email: str


def suggest(name: str, email: str, people: Sequence[Candidate]) -> list[Candidate]:
    """Return at most five people whose name or address looks like this one, the likeliest first."""
    words = _words(name) | _words(email.partition("@")[0])
    if not words:
        return []
    plain = " ".join(sorted(words))
    scored = []
    for person in people:
        theirs = _words(person.full_name) | _words(person.email.partition("@")[0])
        shared = len(words & theirs) / len(words | theirs) if theirs else 0.0
        # Comparing letter by letter is slow, so only names that begin alike, or share a word, get that far.
        if not shared and not {word[:2] for word in words} & {word[:2] for word in theirs}:
            continue
        likeness = max(shared, SequenceMatcher(None, plain, " ".join(sorted(theirs))).ratio())
        if likeness >= _LEAST_LIKENESS or shared:
            scored.append((likeness, person))
    scored.sort(key=lambda pair: -pair[0])
    return [person for _, person in scored[:SUGGESTIONS]]


def _words(text: str) -> set[str]:
    """Return a name's words without accents and case."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text[:255]) if not unicodedata.combining(char))
    return {word for word in "".join(c if c.isalnum() else " " for c in plain.casefold()).split() if len(word) > 1}
