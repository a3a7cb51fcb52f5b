"""What somebody who verifies a certificate is told, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lyceum.certificates.selectors import Verification

_REASONS = {
    "error": "because it was issued in error",
    "misconduct": "because of misconduct",
    "other": "for another reason",
}


@dataclass(frozen=True)
class Outcome:
    """Whether a certificate stands: the tone of its colour, a word, a heading, a sentence, and the answer's status."""

    tone: str
    state: str
    heading: str
    text: str
    status: int = 200


@dataclass(frozen=True)
class FactLine:
    """One line of what is shown of a certificate."""

    term: str
    text: str
    strong: bool = False


def outcome_of(found: Verification) -> Outcome:
    """Return whether the certificate stands, in words."""
    if found.mistyped:
        text = "A letter or digit seems to be wrong, so please compare it with the paper once more."
        return Outcome("bad", "Not found", "This number can't be right", text, 404)
    if not found.known:
        text = "No certificate has this number. If it stands on a document like that, the document is not genuine."
        return Outcome("bad", "Not found", "The register doesn't know this certificate", text, 404)
    if not found.valid:
        when = f" on {day(found.revoked_at)}" if found.revoked_at else ""
        why = _REASONS.get(found.revocation_category, "")
        text = f"It was issued, and revoked{when} {why}".strip() + "."
        return Outcome("bad", "Revoked", "This certificate is no longer valid", text)
    text = "It stands in the register and has not been revoked."
    if found.details_private:
        text = f"{text} Its holder keeps the details private."
    return Outcome("good", "Genuine", "This certificate is valid", text)


def fact_lines(found: Verification) -> list[FactLine]:
    """Return what is shown of the certificate, in the order in which people ask for it."""
    issued = f"{found.organizer_name or ''} on {day(found.issued_at)}".strip() if found.issued_at else ""
    lines = [
        FactLine("Awarded to", found.attendee_name or "", strong=True),
        FactLine("For", found.event_title or ""),
        FactLine("Held on", day(found.event_date)),
        FactLine("Worth", _credits(found)),
        FactLine("Length", f"{_plain(found.hours_completed)} hours" if found.hours_completed else ""),
        FactLine("Issued by", issued),
    ]
    return [line for line in lines if line.text]


def day(moment: date | datetime | None) -> str:
    """Return 3 December 2026."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def _credits(found: Verification) -> str:
    if not found.cpd_credits:
        return ""
    amount = _plain(found.cpd_credits)
    return f"{amount} {found.cpd_type or 'CPD'} {'credit' if amount == '1' else 'credits'}"


def _plain(value: object) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
