"""When and where somebody gets into the online room."""

from datetime import datetime, timedelta

from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.registrations.models import Registration

# The link is shown this long before a start, and not earlier: one that lies around for weeks is shared.
OPENS_BEFORE = timedelta(minutes=30)


def join_url(registration: Registration, at: datetime) -> str | None:
    """Return the link into the room for a confirmed person, shortly before and during; None otherwise.

    It needs the event with its meeting, and its sessions with theirs, fetched.
    """
    event = registration.event
    if registration.status != Registration.Status.CONFIRMED:
        return None
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        return None
    for session in event.sessions.all():
        if session.status == SessionStatus.CANCELLED:
            continue
        if session.starts_at - OPENS_BEFORE <= at <= session.ends_at:
            return session.online.join_url or event.online.join_url or None
    if event.starts_at - OPENS_BEFORE <= at <= event.ends_at or event.status == EventStatus.LIVE:
        return event.online.join_url or None
    return None
