"""The one predicate on who has earned an event's certificate.

The query's twin is `RegistrationQuerySet.certificate_eligible()`; a test holds the two together. Whether one is issued
already, and whether the plan allows another, is asked where certificates are issued.
"""

from __future__ import annotations

from dataclasses import dataclass

from lyceum.events.models import Event
from lyceum.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody is eligible, and each reason why not, in words for people."""

    eligible: bool
    reasons: list[str]


def certificate_eligible(registration: Registration, event: Event) -> Decision:
    """Decide from what is stored; runs no query."""
    reasons = []
    if not event.certificates_enabled:
        reasons.append("This event gives no certificates.")
    if registration.status != Registration.Status.CONFIRMED:
        reasons.append("The registration isn't confirmed.")
    if event.status not in ("completed", "closed"):
        reasons.append("The event isn't completed yet.")
    if not attendance_counts(registration):
        reasons.append(_why_not(registration))
    return Decision(not reasons, reasons)


def attendance_counts(registration: Registration) -> bool:
    """Return the attendance decision: what a person ruled, else what the intervals say."""
    ruled = registration.attendance_override
    return registration.attendance_eligible if ruled is None else ruled


def _why_not(registration: Registration) -> str:
    """Say what the attendance lacks, where the row was fetched with its explanation."""
    said = "The attendance isn't sufficient."
    if "explanation" in registration.get_deferred_fields() or not registration.explanation:
        return said
    return f"{said} {registration.explanation[-1]}"
