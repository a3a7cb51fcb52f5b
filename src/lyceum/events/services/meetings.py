"""Where an event and its sessions meet online: what people send becomes the row of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lyceum.events.errors import MeetingClaimed
from lyceum.events.models import Event, EventSession, Meeting
from lyceum.events.services.meeting_claims import claim_numbers

# The sent name → the meeting's column.
SESSION_KEYS = {"zoom_enabled": "enabled", "zoom_meeting_id": "number", "zoom_join_url": "join_url"}
EVENT_KEYS = {**SESSION_KEYS, "zoom_settings": "settings"}
NOT_YOURS = (
    "Zoom reports this meeting from an account that belongs to somebody else here, so attendance isn't counted from "
    "it. Enter a meeting of your own Zoom account, or ask the people who run this site to settle whose it is."
)
UNPROVEN = (
    "Zoom reports this meeting from an account that another organizer here has used first. People who are registered "
    "with you are counted; the names of others aren't shown before it is known that the account is yours. Start the "
    "meeting in Zoom, signed in there with the address of your account here, or ask the people who run this site."
)
# Entered by hand, for a meeting made elsewhere.
PLACE = ("number", "join_url")


def assign_event_meeting(event: Event, values: Mapping[str, Any]) -> set[str]:
    """Write the sent values onto the event's unsaved meeting; return the names of those that really changed."""
    return _assign(event.online, values, EVENT_KEYS) if values.keys() & EVENT_KEYS.keys() else set()


def save_event_meeting(event: Event, changed: Iterable[str], *, at: datetime) -> None:
    """Keep what `assign_event_meeting` changed, on the event and on the implicit session that has a meeting of its own.

    Locks: Meeting, by its update; the caller holds the event, and the numbers that were sent.
    Raises: MeetingClaimed (409).
    """
    columns = [EVENT_KEYS[name] for name in changed if name in EVENT_KEYS]
    if not columns:
        return
    if "number" in columns:
        event.online.claimed_at = at
        columns.append("claimed_at")
    # These columns alone: what is wrong with the meeting may be noted meanwhile by somebody who doesn't hold the event.
    Meeting.objects.update_or_create(event=event, defaults={name: getattr(event.online, name) for name in columns})
    shared = {name: getattr(event.online, name) for name in (*SESSION_KEYS.values(), "claimed_at") if name in columns}
    if shared:
        Meeting.objects.filter(session__event=event, session__is_implicit=True).update(**shared)
    if "number" in columns:
        claim_numbers(owner_id=event.owner_id, numbers=[event.online.number], at=at)
        # What was wrong with the number before isn't wrong with this one.
        settled = Meeting.objects.filter(event=event, error__in=(NOT_YOURS, UNPROVEN, MeetingClaimed.message))
        settled.update(error="")


def claim_again(event: Event, numbers: Iterable[str], *, at: datetime) -> None:
    """Take an event's numbers once more, because they may have been released; what others have by now is noted on it.

    Locks: Meeting, by its update; the caller holds the event, and the numbers from before it.
    """
    for number in numbers:
        try:
            claim_numbers(owner_id=event.owner_id, numbers=[number], at=at)
        except MeetingClaimed as refusal:
            note_meeting_error(event_id=event.pk, error=refusal.text)


def lock_meetings(event: Event) -> None:
    """Lock the meetings of a locked event and of its sessions, by id. They come before any ticket type."""
    rows = Meeting.objects.filter(Q(event=event) | Q(session__event=event)).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def add_session_meetings(
    event: Event, sessions: Iterable[tuple[EventSession, Mapping[str, Any]]], *, at: datetime
) -> None:
    """Give new, stored sessions of an event the meetings that were sent with them.

    sessions: each with the values that were sent for it.
    The caller holds the event, and the numbers that were sent.
    Raises: MeetingClaimed (409).
    """
    meetings = (
        (session, {column: values[key] for key, column in SESSION_KEYS.items() if values.get(key)})
        for session, values in sessions
    )
    rows = [
        Meeting(session=session, claimed_at=at if columns.get("number") else None, **columns)
        for session, columns in meetings
        if columns
    ]
    Meeting.objects.bulk_create(rows)
    claim_numbers(owner_id=event.owner_id, numbers=[row.number for row in rows], at=at)


def changed_meeting_keys(session: EventSession, values: Mapping[str, Any]) -> set[str]:
    """Return the names of the sent values that differ from where the session meets now."""
    return {
        key for key, column in SESSION_KEYS.items() if key in values and getattr(session.online, column) != values[key]
    }


def set_session_meeting(event: Event, session: EventSession, values: Mapping[str, Any], *, at: datetime) -> None:
    """Give a stored session of an event the sent values as a meeting of its own, if they change where it meets.

    Locks: Meeting, by its update; the caller holds the event, and the numbers that were sent.
    Raises: MeetingClaimed (409).
    """
    if not changed_meeting_keys(session, values):
        return
    meeting = _own_meeting(session)
    changed = _assign(meeting, values, SESSION_KEYS)
    if "zoom_meeting_id" in changed:
        meeting.claimed_at = at
    meeting.save()
    if "zoom_meeting_id" in changed:
        claim_numbers(owner_id=event.owner_id, numbers=[meeting.number], at=at)


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


def note_rehearsal(session: EventSession, *, began: datetime, at: datetime) -> None:
    """Show the organizer when a session's meeting was last tried out. Runs in the caller's transaction.

    Locks: Meeting.
    """
    used = session.online if session.online.number else session.event.online
    earlier = Q(rehearsed_at__isnull=True) | Q(rehearsed_at__lt=began)
    Meeting.objects.filter(earlier, pk=used.pk).update(rehearsed_at=began, updated_at=at)


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
    columns = (*SESSION_KEYS.values(), "claimed_at")
    return Meeting(session=session, **{name: getattr(used, name) for name in columns})


def _assign(meeting: Meeting, values: Mapping[str, Any], keys: Mapping[str, str]) -> set[str]:
    changed = {key for key, column in keys.items() if key in values and getattr(meeting, column) != values[key]}
    for key in changed:
        setattr(meeting, keys[key], values[key])
    return changed
