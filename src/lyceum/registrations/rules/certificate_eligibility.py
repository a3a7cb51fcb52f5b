"""The one predicate on who has earned an event's certificate.

The query's twin is `RegistrationQuerySet.certificate_eligible()`; a test holds the two together. Whether one is issued
already, and whether the plan allows another, is asked where certificates are issued.
"""

from __future__ import annotations

from dataclasses import dataclass

from lyceum.events.models import Event
from lyceum.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether somebody is eligible, and each reason why not, in words for people."""

    eligible: bool
    reasons: list[str]


def certificate_eligible(registration: Registration, event: Event) -> Eligibility:
    """Decide from what is stored; runs no query where the registration was fetched with its attendance."""
    reasons = []
    if not event.certificates_enabled:
        reasons.append("This event gives no certificates.")
    if registration.status != Registration.Status.CONFIRMED:
        reasons.append("The registration isn't confirmed.")
    if event.status not in ("completed", "closed"):
        reasons.append("The event isn't completed yet.")
    if not registration.attendance_or_blank.is_eligible:
        reasons.append(_why_not(registration))
    return Eligibility(not reasons, reasons)


def _why_not(registration: Registration) -> str:
    """Say what the attendance lacks, where the row was fetched with its explanation."""
    said = "The attendance isn't sufficient."
    attendance = registration.attendance_or_blank
    if "explanation" in attendance.get_deferred_fields() or not attendance.explanation:
        return said
    return f"{said} {attendance.explanation[-1]}"
