"""What the events app holds about a person: the events that they organize, and the invitations to their address."""

from __future__ import annotations

from django.db.models import QuerySet

from lyceum.core.personal_data import Held, Person, about_nobody, erased_address, register_personal_data
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
    MeetingHost,
    MeetingNumber,
    TicketType,
)

# What an organizer writes about an event, and how it is set up: read and exported with the event itself.
_OF_THE_EVENT = (
    "slug",
    "short_description",
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
    "check_in_scope",
)


def invitations_of(person: Person) -> QuerySet[EventInvitation]:
    """Return the invitations to a person's proven addresses."""
    return EventInvitation.objects.filter(email__in=person.emails).order_by("created_at")


EVENTS = Held(
    Event,
    rows=lambda person: Event.objects.filter(owner_id=person.user_id).order_by("created_at"),
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
    erased={"email": lambda row: erased_address(row.pk), "full_name": "", "token_hash": ""},
    kept=dict.fromkeys(("status", "source"), "How many were invited and came; no person any more."),
)

HOSTS = Held(
    MeetingHost,
    rows=lambda person: MeetingHost.objects.filter(owner_id=person.user_id).order_by("created_at"),
    file="zoom_hosts",
    exported=("id", "provider", "account_id", "host_id", "proof", "since"),
    kept=dict.fromkeys(
        ("provider", "account_id", "host_id", "proof"), "Zoom's own numbers, which hang on an account without a name."
    ),
)

about_nobody("A number that Zoom gave to a meeting.", MeetingNumber)
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
register_personal_data("events", held=(EVENTS, INVITATIONS, HOSTS))
