"""Rows that pages show, made directly: what the verbs do is tested where they live."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lyceum.certificates.models import Award, Certificate
from lyceum.core.clock import now
from lyceum.events.models import Event, EventCustomField, EventSearchText, EventSession, TicketType
from lyceum.registrations.models import Registration
from tests.factories.accounts import OrganizerFactory


def event(title: str = "Reading the ECG", *, slug: str = "reading-the-ecg", **fields: Any) -> Event:
    """A published online event in ten days, with its ticket and its one session."""
    starts: datetime = fields.pop("starts_at", now() + timedelta(days=10))
    values: dict[str, Any] = {
        "owner": fields.pop("owner", None) or OrganizerFactory(organizer_display_name="Heart Society"),
        "title": title,
        "slug": slug,
        "status": "published",
        "published_at": now(),
        "timezone": "Europe/Berlin",
        "event_type": "webinar",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=90),
        "duration_minutes": 90,
        **fields,
    }
    made = Event.objects.create(**values)
    TicketType.objects.create(
        event=made, name="Place", currency=made.currency, price_minor=made.price_minor, is_default=True
    )
    EventSession.objects.create(
        event=made, title=title, session_number=1, is_implicit=True,
        starts_at=made.starts_at, ends_at=made.ends_at, duration_minutes=90,
    )  # fmt: skip
    EventSearchText.objects.create(event=made, body=f"{title} {made.description}".lower())
    return made


def questions(made: Event) -> dict[str, EventCustomField]:
    """One question of every kind, by kind."""
    kinds: dict[str, dict[str, Any]] = {
        "text": {"label": "Licence number", "required": True},
        "textarea": {"label": "What would you like to discuss?"},
        "select": {"label": "Region", "options": ["North", "South"]},
        "multiselect": {"label": "Dietary needs", "options": ["Vegan", "Halal", "None"]},
        "checkbox": {"label": "I have read the programme", "required": True},
        "radio": {"label": "Experience", "options": ["Under five years", "Longer"], "required": True},
        "date": {"label": "Date of your licence"},
        "number": {"label": "Years in practice", "min_value": 0, "max_value": 80},
    }
    return {
        kind: EventCustomField.objects.create(event=made, field_type=kind, order=order, **fields)
        for order, (kind, fields) in enumerate(kinds.items())
    }


def registration(made: Event, *, email: str = "ada@example.org", **fields: Any) -> Registration:
    """A confirmed place, counted as the verbs count it."""
    values: dict[str, Any] = {
        "event": made,
        "email": email,
        "full_name": "Ada Byron",
        "status": "confirmed",
        "registered_at": now(),
        "ticket_type": made.ticket_types.get(is_default=True),
        **fields,
    }
    row = Registration.objects.create(**values)
    if row.holds_seat:
        made.seats_taken += 1
        made.registration_count += 1
        made.save(update_fields=["seats_taken", "registration_count"])
        TicketType.objects.filter(pk=row.ticket_type_id).update(sold=made.seats_taken)
    return row


def certificate(row: Registration, **fields: Any) -> Certificate:
    """An issued certificate without a PDF."""
    data = {"attendee_name": row.full_name, "event_title": row.event.title, "organizer_name": "Heart Society"}
    award, _ = Award.objects.get_or_create(
        kind="attendance",
        source_id=row.pk,
        defaults={
            "person": row.user,
            "person_name": row.full_name,
            "person_email": row.email,
            "subject_kind": "event",
            "subject_id": row.event_id,
            "subject_title": row.event.title,
            "earned_on": row.event.starts_at.date(),
        },
    )
    values: dict[str, Any] = {
        "award": award,
        "registration": row,
        "event": row.event,
        "certificate_data": data,
        "event_date": row.event.starts_at.date(),
        "issued_at": now(),
        "cpd_type": "CME",
        "cpd_credits": "2.50",
        **fields,
    }
    return Certificate.objects.create(**values)
