"""What a certificate says: gathered once, when it is issued, and kept word for word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lyceum.accounts.models import User
from lyceum.certificates.rendering.wording import long_date, long_datetime, plain_number, without_ornaments
from lyceum.core.links import absolute
from lyceum.events.models import Event, EventSession
from lyceum.registrations.models import Registration

_CENT = Decimal("0.01")


def organizer_name(owner: User) -> str:
    """Return the name under which an organizer signs."""
    return owner.organizer_display_name or owner.organization_name or owner.full_name or owner.email


def attendee_name(registration: Registration) -> str:
    """Return the name to print: what the person registered with, else the account's."""
    account = registration.user.full_name if registration.user else ""
    return registration.full_name or account or registration.email


def certificate_data(
    registration: Registration, event: Event, *, credits_earned: Decimal | None, hours: Decimal, at: datetime
) -> dict[str, Any]:
    """Return the snapshot. Dates are those of the event's own zone."""  # A61
    starts, issued = event.starts_at.astimezone(event.zone), at.astimezone(event.zone)
    return {
        "attendee_name": attendee_name(registration),
        "attendee_email": registration.email,
        "attendee_title": registration.professional_title,
        "attendee_organization": registration.organization_name,
        "event_title": event.title,
        "event_date": starts.date().isoformat(),
        "event_end_date": _last_day(event).isoformat(),
        "event_datetime": starts.isoformat(),
        "event_timezone": event.timezone,
        "event_duration_minutes": event.duration_minutes,
        "cpd_type": event.cpd_credit_type if credits_earned is not None else "",
        "cpd_credits": plain_number(credits_earned),
        "cpd_accreditation": event.cpd_accreditation_note if credits_earned is not None else "",
        "organizer_name": organizer_name(event.owner),
        "organizer_email": event.owner.email,
        "attendance_minutes": registration.attendance_or_blank.minutes,
        "attendance_percent": registration.attendance_or_blank.percent,
        "hours_completed": plain_number(hours),
        "issued_date": issued.date().isoformat(),
        "issued_datetime": issued.isoformat(),
    }


def credits_of(
    registration: Registration, event: Event, *, sessions: Sequence[EventSession], attended: Collection[Any]
) -> Decimal | None:
    """Return the credits that were earned, or None where the event gives none.  # C37

    Whoever meets the attendance rule of an event with one session gets its credits in full. With several, each
    session gives its own credits, else its share of the event's by length, and those attended are added up;
    somebody let through by hand, without a session on record, gets all.
    sessions: those that count (not cancelled); attended: the ids of those the person attended.
    """
    if not event.cpd_enabled or event.cpd_credit_value is None:
        return None
    full = Decimal(event.cpd_credit_value)
    if len(sessions) < 2 and not any(one.cpd_credit_value_override is not None for one in sessions):
        return full.quantize(_CENT)
    shares = _shares(full, sessions)
    earned = [share for session, share in zip(sessions, shares, strict=True) if session.pk in attended]
    return sum(earned or shares, Decimal(0)).quantize(_CENT)


def hours_of(registration: Registration, event: Event) -> Decimal:
    """Return the hours that were attended; those of the event where nobody measured them."""
    minutes = registration.attendance_or_blank.minutes or event.duration_minutes
    return (Decimal(minutes) / 60).quantize(_CENT)


def printed_words(data: dict[str, Any], *, certificate_id: str) -> dict[str, str]:
    """Return every text that a template may place, from the snapshot."""
    issued = datetime.fromisoformat(data["issued_datetime"])
    starts = datetime.fromisoformat(data["event_datetime"])
    name, credit_count = str(data["attendee_name"]), str(data.get("cpd_credits") or "")
    kind = without_ornaments(str(data.get("cpd_type") or ""))
    organizer = without_ornaments(str(data["organizer_name"]))
    first, _, last = name.rpartition(" ")
    verify_url = verification_url(certificate_id)
    amount = f"{credit_count} {kind} {'credit' if credit_count == '1' else 'credits'}" if credit_count else ""
    days = _days(data)
    accreditation = without_ornaments(str(data.get("cpd_accreditation") or ""))
    answers = _answers(data)
    return {
        "title": "Certificate of Attendance",
        "attendee_name": name,
        "first_name": first or last,
        "last_name": last if first else "",
        "attendee_email": str(data.get("attendee_email") or ""),
        "attendee_title": without_ornaments(str(data.get("attendee_title") or "")),
        "attendee_organization": without_ornaments(str(data.get("attendee_organization") or "")),
        "event_title": without_ornaments(str(data["event_title"])),
        "event_date": days,
        "event_datetime": long_datetime(starts),
        "cpd_type": kind,
        "cpd_credits": credit_count,
        "cpd_hours": str(data.get("hours_completed") or ""),
        "hours_completed": str(data.get("hours_completed") or ""),
        "cpd_accreditation": accreditation,
        "custom_fields": answers,
        "notes": "  ·  ".join(part for part in (accreditation, answers) if part),
        "credits_and_type": f"{credit_count} {kind}".strip(),
        "credit_label": f"{kind} {'credit' if credit_count == '1' else 'credits'}".strip(),
        "when_and_credits": "  ·  ".join(part for part in (days, amount) if part),
        "organizer_name": organizer,
        "organizer_email": str(data.get("organizer_email") or ""),
        "issue_date": long_date(issued.date()),
        "issued_date": long_date(issued.date()),
        "certificate_id": certificate_id,
        "certificate_code": certificate_id,
        "verification_url": verify_url,
        "verify_at": f"Verify at {verify_url.partition('://')[2].partition('/verify/')[0]}/verify",
    }


def verification_url(certificate_id: str) -> str:
    """Return the address that the QR code leads to."""
    return absolute(f"/verify/{certificate_id}/")


def _answers(data: dict[str, Any]) -> str:
    shown = [f"{without_ornaments(one['label'])}: {one['value']}" for one in data.get("custom_fields") or []]
    return "  ·  ".join(shown)


def _last_day(event: Event) -> date:
    """Return the day of the last part; an evening that ends past midnight stays one day."""
    end = event.ends_at if event.ends_at - event.starts_at > timedelta(hours=16) else event.starts_at
    return end.astimezone(event.zone).date()


def _days(data: dict[str, Any]) -> str:
    first = datetime.fromisoformat(data["event_date"]).date()
    last = datetime.fromisoformat(data.get("event_end_date") or data["event_date"]).date()
    return long_date(first) if first == last else f"{long_date(first)} – {long_date(last)}"


def _shares(full: Decimal, sessions: Sequence[EventSession]) -> list[Decimal]:
    minutes = sum(session.duration_minutes for session in sessions) or 1
    return [
        Decimal(session.cpd_credit_value_override)
        if session.cpd_credit_value_override is not None
        else full * session.duration_minutes / minutes
        for session in sessions
    ]
