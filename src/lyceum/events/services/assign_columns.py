"""Which of an event's columns people write, and how sent values become columns."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lyceum.core.errors import ValidationRefused
from lyceum.core.money import exponent, from_major
from lyceum.events.models import Event
from lyceum.events.rules.local_time import is_zone, resolve
from lyceum.events.services.meetings import EVENT_KEYS, assign_event_meeting

# Sent and stored under the same name, as they are.
PLAIN = (
    "title", "short_description", "description", "event_type", "format", "location", "visibility", "skill_tags",
    "registration_enabled", "capacity", "waitlist_enabled", "waitlist_auto_promote", "currency",
    "cpd_enabled", "cpd_credit_type", "cpd_credit_value", "cpd_accreditation_note",
    "certificates_enabled", "auto_issue_certificates", "minimum_attendance_percent",
    "event_format", "attendance_requirement", "minimum_sessions_required", "session_attendance_threshold",
    "check_in_scope",
)  # fmt: skip
# Their change makes calendars fetch the event anew.
SHOWN_IN_CALENDARS = frozenset({"title", "description", "location", "zoom_join_url", "timezone"})
# Their change changes what people find it by.
SEARCHED = frozenset({"title", "short_description", "description", "location", "skill_tags"})
HIGHEST_PRICE = Decimal(1_000_000)


def assign_columns(event: Event, values: Mapping[str, Any]) -> set[str]:
    """Write the sent values onto the unsaved event; return the names of those that really changed.

    Times are not among them: they belong to the sessions.
    Raises: ValidationRefused (422).
    """
    changed = {name for name in PLAIN if name in values and getattr(event, name) != values[name]}
    for name in changed:
        setattr(event, name, values[name])
    changed |= _assign_zone(event, values)
    changed |= _assign_deadline(event, values)
    changed |= _assign_price(event, values)
    changed |= assign_event_meeting(event, values)
    return changed


def column_names(changed: set[str]) -> list[str]:
    """Return the event's own columns to save for the changed names."""
    columns = {"price_minor" if name == "price" else name for name in changed if name not in EVENT_KEYS}
    return sorted(columns | {"updated_at"})


def _assign_zone(event: Event, values: Mapping[str, Any]) -> set[str]:
    name = values.get("timezone")
    if name is None or name == event.timezone:
        return set()
    if not is_zone(name):
        raise ValidationRefused({"timezone": ["Please choose an IANA time zone, like Europe/Berlin."]})
    event.timezone = name
    return {"timezone"}


def _assign_deadline(event: Event, values: Mapping[str, Any]) -> set[str]:
    if "registration_deadline" not in values:
        return set()
    sent = values["registration_deadline"]
    deadline = None if sent is None else resolve(sent, event.zone, field="registration_deadline")
    if deadline == event.registration_deadline:
        return set()
    event.registration_deadline = deadline
    return {"registration_deadline"}


def _assign_price(event: Event, values: Mapping[str, Any]) -> set[str]:
    if "price" not in values:
        return set()
    minor = price_in_minor(values["price"], event.currency)
    if minor == event.price_minor:
        return set()
    event.price_minor = minor
    return {"price"}


def price_in_minor(price: Decimal, currency: str) -> int:
    """Return a price in whole minor units.

    price: in major units.
    Raises: ValidationRefused (422) for one with more decimals than the currency has.
    """
    if price < 0 or price > HIGHEST_PRICE:
        raise ValidationRefused({"price": [f"A price lies between 0 and {HIGHEST_PRICE}."]})
    minor = from_major(price, currency)
    if Decimal(minor) != price * 10 ** exponent(currency):
        raise ValidationRefused({"price": [f"{currency} has {exponent(currency)} decimal places."]})
    return minor
