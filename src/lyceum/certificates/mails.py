"""The mails about certificates."""

from __future__ import annotations

from datetime import datetime

from lyceum.certificates.models import Certificate
from lyceum.certificates.rendering.printable_text import long_date
from lyceum.certificates.rules.printed_name import printed_name
from lyceum.certificates.rules.snapshot import verification_url
from lyceum.core.files import storage
from lyceum.core.plain_text import shown
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailContent, mail_kind
from lyceum.integrations.email.services.guarded import Quote
from lyceum.registrations.models import Registration
from lyceum.registrations.services.guest_links import mint_guest_link

_NAMED = 20
_REASONS = {"error": "It was issued in error.", "misconduct": "The reason is misconduct.", "other": ""}


@mail_kind("certificates.issued")
def issued(log: EmailLog, *, at: datetime) -> MailContent | None:
    """The certificate itself, attached; not sent when it was revoked meanwhile."""
    certificate = _certificate(log)
    if certificate is None or not certificate.has_pdf:
        return None
    name = f"certificate-{certificate.certificate_id}.pdf"
    return MailContent(
        subject=f"Your certificate: {shown(certificate.event_title)}",
        template="certificates/mail/issued",
        context=_context(certificate),
        attachments=[(name, storage.read(certificate.pdf_key), "application/pdf")],
    )


@mail_kind("certificates.revoked")
def revoked(log: EmailLog, *, at: datetime) -> MailContent | None:
    """That a certificate doesn't stand any more, and why."""
    certificate = _certificate(log)
    if certificate is None or certificate.status != Certificate.Status.REVOKED:
        return None
    return MailContent(
        subject=f"Your certificate was revoked: {shown(certificate.event_title)}",
        template="certificates/mail/revoked",
        context=_context(certificate)
        | {
            "category": _REASONS.get(certificate.revocation_category, ""),
            "reason": Quote(certificate.revocation_reason),
        },
    )


@mail_kind("certificates.name_missing")
def name_missing(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Ask for the name that a certificate lacks; not sent when it is there meanwhile."""
    rows = Registration.objects.confirmed().select_related("user", "event__owner")
    registration = rows.filter(pk=log.about_id).first() if log.about_id else None
    if registration is None or printed_name(registration):
        return None
    event = registration.event
    return MailContent(
        subject=f"Your name for your certificate: {shown(event.title)}",
        template="certificates/mail/name_missing",
        context={
            "event_title": event.title,
            "organizer_name": event.owner.public_organizer_name,
            "issued_by_itself": event.auto_issue_certificates,
            "link": mint_guest_link(registration, at=at),
        },
    )


@mail_kind("certificates.in_doubt")
def in_doubt(log: EmailLog, *, at: datetime) -> MailContent | None:
    """Name an event's certificates in doubt to its organizer; not sent when there are none any more."""
    found = Certificate.objects.in_doubt().filter(event=log.event_id) if log.event_id else Certificate.objects.none()
    rows = list(found.select_related("event", "award").order_by("issued_at", "id")[: _NAMED + 1])
    if not rows or rows[0].event is None:
        return None
    return MailContent(
        subject=f"Certificates in doubt: {shown(rows[0].event.title)}",
        template="certificates/mail/in_doubt",
        context={
            "event_title": rows[0].event.title,
            "certificates": [
                {"name": row.attendee_name, "certificate_id": row.certificate_id} for row in rows[:_NAMED]
            ],
            "more": max(0, found.count() - _NAMED),
        },
    )


def _certificate(log: EmailLog) -> Certificate | None:
    return Certificate.objects.filter(pk=log.about_id).first() if log.about_id else None


def _context(certificate: Certificate) -> dict[str, object]:
    return {
        "name": certificate.attendee_name,
        "event_title": certificate.event_title,
        "event_date": long_date(certificate.event_date),
        "organizer_name": certificate.organizer_name,
        "certificate_id": certificate.certificate_id,
        "cpd_credits": certificate.certificate_data.get("cpd_credits", ""),
        "cpd_type": certificate.cpd_type,
        "link": verification_url(certificate.certificate_id),
    }
