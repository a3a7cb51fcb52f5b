"""What the events app holds about a person: the events that they organize, and the invitations to their address."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from lyceum.accounts.models import User
from lyceum.core.personal_data import Held, about_nobody, register_personal_data
from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSearchText,
    EventSession,
    EventSkillTag,
    EventStatusHistory,
    Meeting,
    TicketType,
)

# What an organizer writes about an event, and how it is set up: read and exported with the event itself.
_OF_THE_EVENT = (
    "slug",
    "description",
    "event_type",
    "format",
    "location",
    "cover_image",
    "skill_tags",
    "cancellation_reason",
    "currency",
    "cpd_credit_type",
    "cpd_accreditation_note",
    "event_format",
    "attendance_requirement",
)


def invitations_of(user_id: UUID) -> QuerySet[EventInvitation]:
    """Return the invitations to a person's address, if they have proven it."""
    verified = User.all_objects.filter(pk=user_id, email_verified_at__isnull=False).values("email")
    return EventInvitation.objects.filter(email__in=verified).order_by("created_at")


EVENTS = Held(
    Event,
    rows=lambda user_id: Event.objects.filter(owner_id=user_id).order_by("created_at"),
    file="events",
    exported=("id", "title", "status", "visibility", "starts_at", "ends_at", "timezone", "created_at"),
    withheld=dict.fromkeys(_OF_THE_EVENT, "The organizer reads and exports it with the event itself."),
    kept=dict.fromkeys(
        ("title", "status", "visibility", "timezone", *_OF_THE_EVENT), "Others registered for the event."
    ),
)
INVITATIONS = Held(
    EventInvitation,
    rows=invitations_of,
    file="invitations",
    exported=("id", "event_id", "email", "full_name", "status", "sent_at", "registered_at"),
    withheld={"token_hash": "It opens a private event.", "source": "How the organizer made their list."},
    erased={"email": lambda row: f"erased@{row.pk}.invalid", "full_name": "", "token_hash": ""},
    kept=dict.fromkeys(("status", "source"), "How many were invited and came; no person any more."),
)

about_nobody(
    "What organizers say about an event; it stays as long as the event does.",
    EventCustomField,
    EventReminder,
    EventSearchText,
    EventSession,
    EventSkillTag,
    EventStatusHistory,
    Meeting,
    TicketType,
)
register_personal_data("events", held=(EVENTS, INVITATIONS))
