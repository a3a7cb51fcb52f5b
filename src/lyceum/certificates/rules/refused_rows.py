"""Why somebody got no certificate: each reason as a code and as words for the organizer.

The reasons are looked at in this order: the certificates that the person has already, the event's state, the
registration's state, the attendance, the name. Whether the attendance was enough is not decided here but in
`registrations/rules/certificate_eligibility.py`, whose words are passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lyceum.certificates.rendering.printable_text import unprintable, without_ornaments
from lyceum.certificates.rules.printed_name import printed_name
from lyceum.events.models import Event
from lyceum.events.models.event import FINISHED
from lyceum.registrations.models import Registration
from lyceum.registrations.rules.certificate_eligibility import certificate_eligible

# The one reason that the person can settle, so they are asked to.
NAME_MISSING: Final = "NAME_MISSING"


@dataclass(frozen=True)
class RefusedRow:
    """One registration that got no certificate, and why."""

    registration_uuid: UUID
    code: str
    reason: str

    def as_data(self) -> dict[str, Any]:
        return {"registration_uuid": str(self.registration_uuid), "code": self.code, "reason": self.reason}


def unknown_row(registration_id: UUID) -> RefusedRow:
    """Return the refusal of an id that is no registration of the event."""
    return RefusedRow(registration_id, "NOT_FOUND", "This event has no such registration.")


def refusal_of(
    registration: Registration, event: Event, states: set[str], *, explicit: bool, settling: bool
) -> RefusedRow | None:
    """Return why this registration gets no certificate, or None when it gets one.

    states: of the certificates it has already; explicit: somebody named this very registration, which may
    reissue what was revoked; settling: late reports may still change who attended.
    """
    found = (
        _certificate_refusal(states, explicit=explicit)
        or _event_refusal(event, settling=settling)
        or _person_refusal(registration, event)
    )
    return RefusedRow(registration.pk, *found) if found else None


def _certificate_refusal(states: set[str], *, explicit: bool) -> tuple[str, str] | None:
    if "issued" in states:
        return "ALREADY_ISSUED", "This person has a certificate already."
    if "revoked" in states and not explicit:
        return "REVOKED", "Their certificate was revoked. Name this registration to issue a new one."
    return None


def _event_refusal(event: Event, *, settling: bool) -> tuple[str, str] | None:
    if not event.certificates_enabled:
        return "CERTIFICATES_DISABLED", "Certificates are switched off for this event."
    if event.status not in FINISHED:
        return "EVENT_NOT_COMPLETED", f"The event is {event.status}; certificates follow when it is completed."
    if settling:
        return "ATTENDANCE_SETTLING", "Late reports on who attended may still arrive. Please issue in a few minutes."
    words = (event.title, event.owner.public_organizer_name, event.cpd_accreditation_note, event.cpd_credit_type)
    missing = unprintable(" ".join(without_ornaments(word) for word in words))
    if missing:
        return "EVENT_NOT_PRINTABLE", f"No font here can show these letters of the event: {' '.join(missing[:10])}"
    return None


def _person_refusal(registration: Registration, event: Event) -> tuple[str, str] | None:
    if registration.status != Registration.Status.CONFIRMED:
        return "NOT_CONFIRMED", f"The registration is {registration.get_status_display().lower()}, not confirmed."
    decision = certificate_eligible(registration, event)
    if not decision.eligible:
        return "NOT_ELIGIBLE", " ".join(str(reason) for reason in decision.reasons) or "The attendance wasn't enough."
    name = printed_name(registration)
    if not name:
        return NAME_MISSING, "We don't know this person's name. We have asked them for it; please issue again then."
    missing = unprintable(name)
    if missing:
        return "NAME_NOT_PRINTABLE", f"No font here can show these letters of the name: {' '.join(missing[:10])}"
    return None
