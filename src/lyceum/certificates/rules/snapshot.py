"""What a certificate says: gathered once, when it is issued, and kept word for word."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lyceum.certificates.models import Award
from lyceum.certificates.rendering.printable_text import long_date, long_datetime, plain_number, without_ornaments
from lyceum.core.links import absolute


def certificate_data(award: Award, *, at: datetime) -> dict[str, Any]:
    """Return the snapshot: the award's words, and the day of issue in the zone of what it was earned at."""
    issued = at.astimezone(ZoneInfo(award.wording.get("event_timezone") or "UTC"))
    return {
        "attendee_name": award.person_name,
        "attendee_email": award.person_email,
        "event_title": award.subject_title,
        "event_date": award.earned_on.isoformat(),
        "cpd_type": award.credit_type,
        "cpd_credits": plain_number(award.credits),
        "hours_completed": plain_number(award.hours),
        "issued_date": issued.date().isoformat(),
        "issued_datetime": issued.isoformat(),
        **award.wording,
    }


def printed_words(data: dict[str, Any], *, certificate_id: str) -> dict[str, str]:
    """Return every text that a template may place, from the snapshot."""
    issued = datetime.fromisoformat(data["issued_datetime"])
    starts = data.get("event_datetime")
    name, credit_count = str(data["attendee_name"]), str(data.get("cpd_credits") or "")
    kind = without_ornaments(str(data.get("cpd_type") or ""))
    organizer = without_ornaments(str(data.get("organizer_name") or ""))
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
        "event_datetime": long_datetime(datetime.fromisoformat(starts)) if starts else "",
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


def _days(data: dict[str, Any]) -> str:
    first = datetime.fromisoformat(data["event_date"]).date()
    last = datetime.fromisoformat(data.get("event_end_date") or data["event_date"]).date()
    return long_date(first) if first == last else f"{long_date(first)} – {long_date(last)}"
