"""Whose presence it is: by Zoom's registrant, then by exact address. A name only suggests (G02)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from django.db.models import Q

from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.models import AttendanceRecord, Registration

SUGGESTIONS = 5
_LEAST_LIKENESS = 0.45


@dataclass(frozen=True, slots=True)
class Match:
    """A person's decision outlasts what a later delivery says."""

    registration_id: UUID | None
    by_hand: bool = False
    set_aside: bool = False


def match_participant(*, event_id: UUID, meeting_uuid: str, key: str, who: ZoomParticipant) -> Match:
    """Find the confirmed registration of a connection. Blank addresses match nobody (A93)."""
    earlier = (
        AttendanceRecord.objects.filter(same_participant(key, who.uuid), event_id=event_id, meeting_uuid=meeting_uuid)
        .order_by("-matched_manually", "-registration", "id")
        .values_list("registration_id", "matched_manually", "set_aside_at")
    )
    for registration_id, by_hand, set_aside_at in earlier:
        if registration_id or set_aside_at:
            return Match(registration_id, by_hand=by_hand, set_aside=set_aside_at is not None)
    found = _by_registrant(event_id, who.registrant_id) or _by_address(event_id, who.email)
    return Match(found) if found else _as_for_address(event_id, who.email)


def same_participant(key: str, participant_id: str) -> Q:
    """Return the stays of one connection, and of all others of the same participant."""
    return Q(participant_key=key) | Q(zoom_participant_id=participant_id) if participant_id else Q(participant_key=key)


def _by_registrant(event_id: UUID, registrant_id: str) -> UUID | None:
    return _only_confirmed(event_id, zoom_registrant_id=registrant_id) if registrant_id else None


def _by_address(event_id: UUID, email: str) -> UUID | None:
    return _only_confirmed(event_id, email=email) if email else None


def _only_confirmed(event_id: UUID, **column: str) -> UUID | None:
    row: Registration | None = Registration.objects.confirmed().filter(event_id=event_id, **column).only("pk").first()
    return row.pk if row is not None else None


def _as_for_address(event_id: UUID, email: str) -> Match:
    """Follow what a person decided about the same address at this event before."""
    if not email:
        return Match(None)
    found = (
        AttendanceRecord.objects.filter(event_id=event_id, participant_email=email, matched_manually=True)
        .exclude(registration=None)
        .values_list("registration_id", flat=True)
        .first()
    )
    return Match(found, by_hand=found is not None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A confirmed registration, as far as a suggestion needs it."""

    registration_id: UUID
    full_name: str
    email: str


def candidates(event_id: UUID) -> list[Candidate]:
    """Return everybody whom an unmatched row could be."""
    rows = Registration.objects.confirmed().filter(event_id=event_id).order_by("full_name", "pk")
    return [Candidate(*row) for row in rows.values_list("pk", "full_name", "email")]


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
