"""iCalendar feeds: one entry for each session, in the event's own zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from icalendar import Calendar, vText
from icalendar import Event as Entry

from lyceum.core.links import absolute
from lyceum.core.plain_text import one_line, quoted, shown
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus

DOMAIN = "lyceum"
LONGEST_DESCRIPTION = 4000


def calendar_of(events: Iterable[Event], *, name: str, at: datetime, defused: bool = False) -> bytes:
    """Return a calendar with every session of the events.

    events: with `sessions` and `owner` fetched.
    name: what calendar programs call it.
    defused: for our mails, in which what organizers typed leads nowhere.
    """
    say = shown if defused else _plain_line
    calendar = Calendar()
    calendar.add("prodid", "-//Lyceum//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(say(name)))
    for event in events:
        sessions = list(event.sessions.all())
        for session in sessions:
            calendar.add_component(_entry(event, session, alone=len(sessions) == 1, at=at, say=say))
    # Each zone that is used is described, so that programs without a zone database read the times right.
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Event, session: EventSession, *, alone: bool, at: datetime, say: Callable[[str], str]) -> Entry:
    title = event.title if alone or session.is_implicit else f"{event.title}: {session.title}"
    entry = Entry()
    # The identity survives every change, and the sequence grows with each, so that programs replace their copy.
    entry.add("uid", f"{session.pk}@{DOMAIN}")
    entry.add("sequence", event.calendar_sequence)
    entry.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    entry.add("last-modified", max(event.updated_at, session.updated_at).astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", session.starts_at.astimezone(event.zone))
    entry.add("dtend", session.ends_at.astimezone(event.zone))
    entry.add("summary", say(title))
    if said := session.description or event.description:
        text = plain(said) if say is _plain_line else quoted(said)
        entry.add("description", text[:LONGEST_DESCRIPTION])
    place = session.public_room or event.public_location
    if place:
        entry.add("location", say(place))
    entry.add("url", absolute(f"/events/{event.slug}/"))
    off = event.status == EventStatus.CANCELLED or session.status == SessionStatus.CANCELLED
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    entry["organizer"] = _organizer(event, say)
    return entry


def _organizer(event: Event, say: Callable[[str], str]) -> vText:
    # A name without a mailbox: addresses of organizers are not public.
    organizer = vText("invalid:nomail")
    organizer.params["cn"] = say(event.owner.public_organizer_name).replace('"', "'")
    return organizer


def plain(text: str) -> str:
    """Return the text without control characters, which calendars do not allow."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def _plain_line(text: str) -> str:
    return one_line(plain(text))
