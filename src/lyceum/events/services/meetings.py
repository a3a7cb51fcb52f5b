"""Where an event and its sessions meet online: what people send becomes the row of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from lyceum.events.models import Event, EventSession, Meeting

# The sent name → the meeting's column.
SESSION_KEYS = {"zoom_enabled": "enabled", "zoom_meeting_id": "number", "zoom_join_url": "join_url"}
EVENT_KEYS = {**SESSION_KEYS, "zoom_settings": "settings"}
# Entered by hand, for a meeting made elsewhere.
PLACE = ("number", "join_url")


def assign_event_meeting(event: Event, values: Mapping[str, Any]) -> set[str]:
    """Write the sent values onto the event's unsaved meeting; return the names of those that really changed."""
    return _assign(event.online, values, EVENT_KEYS) if values.keys() & EVENT_KEYS.keys() else set()


def save_event_meeting(event: Event, changed: Iterable[str]) -> None:
    """Keep what `assign_event_meeting` changed, on the event and on the implicit session that has a meeting of its own.

    Locks: Meeting, by its update; the caller holds the event.
    """
    columns = [EVENT_KEYS[name] for name in changed if name in EVENT_KEYS]
    if not columns:
        return
    # These columns alone: what is wrong with the meeting may be noted meanwhile by somebody who doesn't hold the event.
    Meeting.objects.update_or_create(event=event, defaults={name: getattr(event.online, name) for name in columns})
    shared = {name: getattr(event.online, name) for name in SESSION_KEYS.values() if name in columns}
    if shared:
        Meeting.objects.filter(session__event=event, session__is_implicit=True).update(**shared)


def lock_meetings(event: Event) -> None:
    """Lock the meetings of a locked event and of its sessions, by id. They come before any ticket type."""
    rows = Meeting.objects.filter(Q(event=event) | Q(session__event=event)).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def add_session_meetings(sessions: Iterable[tuple[EventSession, Mapping[str, Any]]]) -> None:
    """Give new, stored sessions the meetings that were sent with them.

    sessions: each with the values that were sent for it.
    """
    meetings = (
        (session, {column: values[key] for key, column in SESSION_KEYS.items() if values.get(key)})
        for session, values in sessions
    )
    Meeting.objects.bulk_create([Meeting(session=session, **columns) for session, columns in meetings if columns])


def changed_meeting_keys(session: EventSession, values: Mapping[str, Any]) -> set[str]:
    """Return the names of the sent values that differ from where the session meets now."""
    return {
        key for key, column in SESSION_KEYS.items() if key in values and getattr(session.online, column) != values[key]
    }


def set_session_meeting(session: EventSession, values: Mapping[str, Any]) -> None:
    """Give a stored session the sent values as a meeting of its own, if they change where it meets."""
    if changed_meeting_keys(session, values):
        meeting = _own_meeting(session)
        _assign(meeting, values, SESSION_KEYS)
        meeting.save()


def become_named(event: Event, session: EventSession) -> None:
    """Make the implicit session a session like the others: the event's meeting is no longer its own.

    The caller saves the session. The wish for a meeting stays with both.
    Locks: Meeting, by its update; the caller holds the event.
    """
    if not session.is_implicit:
        return
    used = session.online
    session.is_implicit = False
    if used.session_id == session.pk:
        for name in PLACE:
            if getattr(used, name) == getattr(event.online, name):
                setattr(used, name, "")
        used.save()
    elif used.enabled:
        Meeting.objects.create(session=session, enabled=True)


def note_meeting_error(*, event_id: UUID, error: str) -> None:
    """Show an event's organizer what is wrong with its meeting. Runs in the caller's transaction."""
    Meeting.objects.update_or_create(event_id=event_id, defaults={"error": error})


def copy_meetings(source: Event, target: Event, sessions: Mapping[EventSession, EventSession]) -> None:
    """Give a duplicate the wish for meetings and their settings; where the original meets stays behind.

    sessions: the original's, and the stored copy of each.
    """
    if source.online.enabled or source.online.settings:
        Meeting.objects.create(event=target, enabled=source.online.enabled, settings=source.online.settings)
    Meeting.objects.bulk_create(
        Meeting(session=copy, enabled=True)
        for original, copy in sessions.items()
        if original.online.enabled and not original.is_implicit
    )


def _own_meeting(session: EventSession) -> Meeting:
    """Return the session's own meeting; an unsaved one that begins as the one it has used, where there is none."""
    used = session.online
    if used.session_id == session.pk:
        return used
    return Meeting(session=session, **{name: getattr(used, name) for name in SESSION_KEYS.values()})


def _assign(meeting: Meeting, values: Mapping[str, Any], keys: Mapping[str, str]) -> set[str]:
    changed = {key for key, column in keys.items() if key in values and getattr(meeting, column) != values[key]}
    for key in changed:
        setattr(meeting, keys[key], values[key])
    return changed
