"""What the pages of registrations say about an event and a registration, to people and to search engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from lyceum.core.links import absolute
from lyceum.events.models import Event
from lyceum.events.models.choices import EventFormat, EventStatus
from lyceum.registrations.models import Registration

Status = Registration.Status
SUMMARY_LENGTH = 160
_MODES = {
    EventFormat.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    EventFormat.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    EventFormat.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def rank_of(registration: Registration) -> int | None:
    """Return the rank that the selectors annotate on rows of the waiting list."""
    rank: int | None = getattr(registration, "queue_rank", None)
    return rank


@dataclass(frozen=True)
class RegistrationState:
    """How a registration stands: the tone of its colour, a heading and a sentence."""

    tone: str
    heading: str
    text: str = ""


def registration_state(registration: Registration, event: Event) -> RegistrationState:
    """Return how a registration stands, in words for its owner."""
    position = rank_of(registration)
    if event.status == EventStatus.CANCELLED:
        return RegistrationState("bad", "The event was cancelled", "You need not do anything.")
    if registration.status == Status.WAITLISTED:
        line = f"You are number {position} in line. " if position else ""
        return RegistrationState(
            "wait", "You are on the waiting list", f"{line}As soon as a place is yours, we tell you by mail."
        )
    if registration.status == Status.PENDING:
        return RegistrationState("wait", "Your place is held until it is paid", pay_by(registration, event))
    if registration.status == Status.CONFIRMED and event.status in (EventStatus.COMPLETED, EventStatus.CLOSED):
        if registration.attendance_or_blank.attended:
            return RegistrationState("good", "You took part")
        return RegistrationState("note", "The event is over")
    if registration.status == Status.CONFIRMED:
        return RegistrationState("good", "You have a place")
    if registration.status == Status.NO_SHOW:
        return RegistrationState("note", "You weren't there", "The organizer noted that you didn't come.")
    return RegistrationState(
        "bad", "Your registration is cancelled", "You can register again as long as there is room."
    )


def pay_by(registration: Registration, event: Event) -> str:
    """Return until when a held seat must be paid for, on the event's own clock."""
    if registration.held_until is None:
        return ""
    moment = registration.held_until.astimezone(event.zone)
    when = f"{moment:%H:%M} on {moment.day} {moment:%B %Y} ({event.timezone})"
    return f"Please pay by {when}. After that, the place is given to somebody else."


def summary(event: Event) -> str:
    """Return the short description, or the first words of the long one, for search results."""
    said = event.short_description or " ".join(event.description.split())
    text = said or f"{event.title}, with {event.owner.public_organizer_name}."
    return text if len(text) <= SUMMARY_LENGTH else text[: SUMMARY_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def calendar_path(event: Event) -> str:
    return f"/api/v1/public/events/{event.pk}/calendar.ics"


def google_calendar_url(event: Event) -> str:
    """Return a link that fills in Google's form; nothing is loaded from there unless somebody follows it."""
    query = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{_compact(event.starts_at)}/{_compact(event.ends_at)}",
        "ctz": event.timezone,
        "details": event_address(event),
        "location": event.public_location,
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def event_address(event: Event) -> str:
    return absolute(f"/events/{event.slug}/")


def structured_data(event: Event) -> dict[str, Any]:
    """Return the event as schema.org describes one."""
    cancelled = event.status == EventStatus.CANCELLED
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": event.title,
        "description": event.description[:5000] or event.short_description or event.title,
        "url": event_address(event),
        "startDate": event.starts_at.astimezone(event.zone).isoformat(),
        "endDate": event.ends_at.astimezone(event.zone).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": _MODES[EventFormat(event.format)],
        "location": _location(event),
        "organizer": {"@type": "Organization", "name": event.owner.public_organizer_name},
        "offers": _offer(event),
    }
    if event.capacity is not None:
        data["maximumAttendeeCapacity"] = event.capacity
    return data


def _location(event: Event) -> list[dict[str, str]]:
    online = {"@type": "VirtualLocation", "url": event_address(event)}
    place = {
        "@type": "Place",
        "name": event.public_location or "To be announced",
        "address": event.public_location or "To be announced",
    }
    if event.format == EventFormat.ONLINE:
        return [online]
    return [place] if event.format == EventFormat.IN_PERSON else [place, online]


def _offer(event: Event) -> dict[str, str]:
    full = event.available_spots == 0
    return {
        "@type": "Offer",
        "price": str(event.price.major),
        "priceCurrency": event.currency,
        "availability": f"https://schema.org/{'SoldOut' if full else 'InStock'}",
        "url": event_address(event),
    }


def _compact(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
