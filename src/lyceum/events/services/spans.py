"""An event spans its sessions: its columns follow them, and its reminders follow its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import SessionLayout
from lyceum.events.rules.local_time import resolve
from lyceum.events.rules.validity import check_event
from lyceum.events.services.locking import publish_times_changed
from lyceum.events.services.reminders import reschedule_reminders

LONGEST_SPAN = timedelta(days=31)
MOST_SESSIONS = 200
SPAN_FIELDS = ("starts_at", "ends_at", "duration_minutes", "is_multi_session")
# Numbers are handed out anew in two steps, because no two sessions of an event may hold the same one meanwhile.
_PARKING = 100_000


def set_span(event: Event, sessions: Sequence[EventSession]) -> bool:
    """Put the event's times in step with its counting sessions, unsaved; say whether they changed.

    Raises: ValidationRefused (422) when they lie further apart than 31 days.
    """
    starts_at = min(session.starts_at for session in sessions)
    ends_at = max(session.ends_at for session in sessions)
    if ends_at - starts_at > LONGEST_SPAN:
        raise ValidationRefused({"sessions": ["An event's sessions lie within 31 days."]})
    if len(sessions) > MOST_SESSIONS:
        raise ValidationRefused({"sessions": [f"An event has at most {MOST_SESSIONS} sessions."]})
    before = [getattr(event, name) for name in SPAN_FIELDS]
    event.starts_at, event.ends_at = starts_at, ends_at
    event.duration_minutes = int((ends_at - starts_at).total_seconds() // 60)
    event.is_multi_session = len(sessions) > 1
    if len(sessions) > 1 and event.event_format == SessionLayout.SINGLE:
        event.event_format = SessionLayout.SERIES
    return before != [getattr(event, name) for name in SPAN_FIELDS]


def check_span(event: Event, values: Mapping[str, Any], *, lengths: Collection[int] = ()) -> None:
    """Refuse times that were sent for an event beside sessions that say otherwise.

    values: as sent; the event has the span of its sessions already.
    lengths: minutes that `duration_minutes` may say as well: of a new event's sessions, one's own length.
    Raises: ValidationRefused (422).
    """
    errors = {}
    for name in ("starts_at", "ends_at", "duration_minutes"):
        sent = values.get(name)
        meant = resolve(sent, event.zone, field=name) if isinstance(sent, datetime) else sent
        allowed = {None, getattr(event, name), *(lengths if name == "duration_minutes" else ())}
        if meant not in allowed:
            errors[name] = ["The event's sessions say otherwise. Please leave this out, or change the sessions."]
    if errors:
        raise ValidationRefused(errors)


def follow_sessions(event: Event, *, actor: Actor, at: datetime, moved: bool) -> None:
    """Save what a change of sessions means for their event: numbers, span, reminders, the news of it.

    Locks: nothing; the caller holds the event.
    moved: whether any session's own time changed, or sessions came or went.
    """
    renumber_sessions(event)
    sessions = list(event.sessions.counting())
    span_changed = set_span(event, sessions)
    check_event(event)
    event.calendar_sequence += 1
    event.save(update_fields=[*SPAN_FIELDS, "event_format", "calendar_sequence", "updated_at"])
    reschedule_reminders(event, at=at)
    if moved or span_changed:
        publish_times_changed(event, actor=actor, at=at)


def renumber_sessions(event: Event) -> None:
    """Number the sessions 1, 2, 3 by their starts; their order of display is another matter."""
    sessions = sorted(EventSession.objects.filter(event=event), key=lambda row: (row.starts_at, row.pk))
    wrong = [(number, row) for number, row in enumerate(sessions, start=1) if row.session_number != number]
    if not wrong:
        return
    for number, row in wrong:
        row.session_number = _PARKING + number
    EventSession.objects.bulk_update([row for _, row in wrong], ["session_number"])
    for number, row in wrong:
        row.session_number = number
    EventSession.objects.bulk_update([row for _, row in wrong], ["session_number"])
