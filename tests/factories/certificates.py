"""Events with people who have earned a certificate, templates and certificates, for tests."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.certificates.services.issue import issue_certificates
from lyceum.certificates.services.templates import create_template
from lyceum.core.actors import Actor
from lyceum.core.ids import new_id
from lyceum.events.models import Event, EventSession, TicketType
from lyceum.registrations.models import Attendance, Registration
from tests.factories.accounts import OrganizerFactory

# A Saturday in March, 23:30 in New York: the next day in UTC.
STARTS = datetime(2026, 3, 15, 3, 30, tzinfo=UTC)
AT = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def make_event(owner: Any = None, **fields: Any) -> Event:
    """A completed event of 90 minutes with one session and 2.5 credits."""
    values: dict[str, Any] = {
        "title": "Clinical Ethics in Practice",
        "slug": f"clinical-ethics-{new_id()}",
        "status": "completed",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(minutes=90),
        "duration_minutes": 90,
        "timezone": "America/New_York",
        "cpd_enabled": True,
        "cpd_credit_type": "CME",
        "cpd_credit_value": Decimal("2.50"),
        "skill_tags": ["ethics"],
    } | fields
    event = Event.objects.create(owner=owner or OrganizerFactory(organizer_display_name="City Academy"), **values)
    EventSession.objects.create(
        event=event, title=event.title, session_number=1, is_implicit=True, starts_at=event.starts_at,
        ends_at=event.ends_at, duration_minutes=event.duration_minutes,
    )  # fmt: skip
    TicketType.objects.create(event=event, name="Place", is_default=True)
    return event


EARNED = {"attended": True, "eligible": True, "percent": 100, "minutes": 90}


def make_registration(event: Event, **fields: Any) -> Registration:
    """Somebody confirmed, present and let in by the decision; `attendance__eligible=False` and the like differ."""
    number = new_id().hex[-12:]
    values: dict[str, Any] = {
        "email": f"guest-{number}@example.org",
        "full_name": "Zoë Ångström",
        "status": "confirmed",
        "registered_at": STARTS - timedelta(days=7),
    } | {name: value for name, value in fields.items() if not name.startswith("attendance__")}
    if "user" in fields:
        values.setdefault("acknowledged_at", values["registered_at"])
    ticket = event.ticket_types.get(is_default=True)
    row = Registration.objects.create(event=event, ticket_type=ticket, **values)
    known = {name.removeprefix("attendance__"): value for name, value in fields.items() if name not in values}
    Attendance.objects.create(registration_id=row.pk, event=event, **EARNED | known)
    return row


def make_registrations(event: Event, count: int) -> list[Registration]:
    """Many who have earned one, in few statements."""
    ticket = event.ticket_types.get(is_default=True)
    rows = [
        Registration(
            event=event, ticket_type=ticket, email=f"person{number}@example.org", full_name=f"Person Number {number}",
            status="confirmed", registered_at=STARTS - timedelta(days=7),
        )
        for number in range(count)
    ]  # fmt: skip
    made = Registration.objects.bulk_create(rows, batch_size=500)
    attendance = [Attendance(registration_id=row.pk, event=event, **EARNED) for row in made]
    Attendance.objects.bulk_create(attendance, batch_size=500)
    return made


def make_template(owner: Any, **given: Any) -> CertificateTemplate:
    """A template on a built-in design, unless a file is given."""
    if "template_file" not in given:
        given.setdefault("design", "modern")
    return create_template(actor=Actor.of(owner), at=AT, **{"name": "Our certificate"} | given)


def make_certificate(registration: Registration, **given: Any) -> Certificate:
    """A certificate issued as the owner does, without its PDF."""
    owner = registration.event.owner
    outcome = issue_certificates(
        event_id=registration.event_id, actor=Actor.of(owner), at=AT, registration_ids=[registration.pk], **given
    )
    return Certificate.objects.get(pk=outcome.certificate_ids[0])


def png_bytes(width: int = 1056, height: int = 816, color: str = "#fbf7ef", **options: Any) -> bytes:
    """A small PNG with a frame."""
    image = Image.new("RGB", (width, height), color)
    if min(width, height) > 22:
        ImageDraw.Draw(image).rectangle((10, 10, width - 11, height - 11), outline="#335577", width=4)
    output = io.BytesIO()
    image.save(output, "PNG", **options)
    return output.getvalue()


def pdf_bytes(pages: int = 1, width: float = 842, height: float = 595) -> bytes:
    """A PDF with a grey rectangle on each page."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(width, height))
            page.Contents = pdf.make_stream(b"0.9 g 40 40 300 200 re f")
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()


def upload(content: bytes, name: str = "background.png") -> SimpleUploadedFile:
    """A file as a browser sends it; its declared type is not to be trusted."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")
