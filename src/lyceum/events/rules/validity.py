"""What must hold of an event as a whole, whichever of its fields were sent."""

from __future__ import annotations

from lyceum.core.errors import ValidationRefused
from lyceum.events.models import Event
from lyceum.events.models.choices import AttendanceRequirement
from lyceum.events.rules.local_time import is_zone


def check_event(event: Event) -> None:
    """Look at the merged state, not only at what was sent.

    Raises: ValidationRefused (422), naming every field that doesn't fit.
    """
    errors: dict[str, list[str]] = {}
    if not is_zone(event.timezone):
        errors["timezone"] = ["Please choose an IANA time zone, like Europe/Berlin."]
    if event.registration_deadline is not None and event.registration_deadline > event.starts_at:
        errors["registration_deadline"] = ["The registration deadline can't come after the start."]
    if event.waitlist_enabled and event.capacity is None:
        errors["waitlist_enabled"] = ["A waiting list needs a capacity."]
    _check_credits(event, errors)
    if event.attendance_requirement == AttendanceRequirement.MINIMUM_SESSIONS and not event.minimum_sessions_required:
        errors["minimum_sessions_required"] = ["Please say how many sessions must be attended."]
    if errors:
        raise ValidationRefused(errors)


def _check_credits(event: Event, errors: dict[str, list[str]]) -> None:
    if not event.cpd_enabled:
        return
    if not event.cpd_credit_type:
        errors["cpd_credit_type"] = ["Please name the kind of credits, for example CPD."]
    if event.cpd_credit_value is None:
        errors["cpd_credit_value"] = ["Please say how many credits it gives; 0 is possible."]
