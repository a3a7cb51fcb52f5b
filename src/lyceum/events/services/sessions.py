"""Sessions: adding, changing, removing and arranging the parts of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, ProtectedError

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.errors import EventLocked, LastSession, SessionInUse
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import SessionStatus
from lyceum.events.services.locking import MEETING_FIELDS, check_editable, check_structure_open, lock_own_event
from lyceum.events.services.meeting_claims import lock_numbers, sent_numbers
from lyceum.events.services.meetings import (
    SESSION_KEYS,
    add_session_meetings,
    become_named,
    changed_meeting_keys,
    set_session_meeting,
)
from lyceum.events.services.rooms import with_room
from lyceum.events.services.spans import follow_sessions
from lyceum.events.services.times import Times, check_not_past, read_times

COLUMNS = (
    "title",
    "description",
    "speaker",
    "room",
    "cpd_credit_value_override",
    "minimum_attendance_percent",
)
MOST_SESSIONS = 100
TIMES = ("starts_at", "duration_minutes", "ends_at")


@transaction.atomic
def add_session(*, event_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime) -> EventSession:
    """Add a part. It takes the implicit session's place where the two overlap, else that one becomes a real part.

    Locks: MeetingNumber, Event.
    Raises: NotFound (404), EventLocked, MeetingClaimed (409), MissingField (400), ValidationRefused (422).
    Publishes: EventTimesChanged when the event is published.
    """
    lock_numbers(sent_numbers(values), at=at)
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    values = with_room(values)
    session = _new_session(event, values, at)
    _replace_or_name_implicit(event, session)
    _check_number(event.sessions.count() + 1)
    _give_number(session, _last_number(event) + 1)
    session.order = values.get("order", event.sessions.count())
    session.save(force_insert=True)
    add_session_meetings(event, [(session, values)], at=at)
    follow_sessions(event, actor=actor, at=at, moved=True)
    session.refresh_from_db()
    return session


@transaction.atomic
def update_session(
    *, event_id: UUID, session_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
) -> EventSession:
    """Change a part; while the event is live only where it meets.

    Locks: MeetingNumber, Event, EventSession, Meeting.
    Raises: NotFound (404), EventLocked, MeetingClaimed (409), ValidationRefused (422).
    Publishes: EventTimesChanged when a published event's part moves.
    """
    lock_numbers(sent_numbers(values), at=at)
    event = lock_own_event(event_id, actor)
    session = lock_session(event, session_id)
    change_session(event, session, with_room(values, session), actor=actor, at=at)
    session.refresh_from_db()
    return session


@transaction.atomic
def delete_session(*, event_id: UUID, session_id: UUID, actor: Actor, at: datetime) -> None:
    """Remove a part that nobody has attended; the last one stays.

    Locks: Event, EventSession.
    Raises: NotFound (404), EventLocked, LastSession, SessionInUse (409).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    session = lock_session(event, session_id)
    _remove(event, session)
    follow_sessions(event, actor=actor, at=at, moved=True)


@transaction.atomic
def reorder_sessions(*, event_id: UUID, order: Sequence[UUID], actor: Actor, at: datetime) -> list[EventSession]:
    """Show the parts in this order; their numbers go on following their times.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    sessions = {session.pk: session for session in event.sessions.all()}
    if sorted(order) != sorted(sessions):
        raise ValidationRefused({"order": ["Please name each of the event's sessions exactly once."]})
    for position, session_id in enumerate(order):
        sessions[session_id].order = position
    EventSession.objects.bulk_update(sessions.values(), ["order"])
    return [sessions[session_id] for session_id in order]


def lock_sessions(event: Event) -> list[EventSession]:
    """Return all sessions of a locked event, locked, by id. They come before any meeting or ticket type."""
    return list(EventSession.objects.select_for_update().filter(event=event).order_by("pk"))


def lock_session(event: Event, session_id: UUID) -> EventSession:
    """Return a locked event's session, locked too.

    Raises: NotFound (404).
    """
    session = event.sessions.select_for_update(of=("self",)).select_related("meeting").filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def change_session(
    event: Event, session: EventSession, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Write the sent values onto a locked session, and what they mean onto its locked event."""
    changed, moved = _changed_keys(session, values), moves(event, session, values)
    check_editable(event, changed | ({"starts_at"} if moved else set()))
    if not changed and not moved:
        return
    _write(event, session, values, named="title" in changed, at=at)
    if moved or event.can_edit:
        follow_sessions(event, actor=actor, at=at, moved=moved)


def moves(event: Event, session: EventSession, values: Mapping[str, Any]) -> bool:
    """Whether the sent values give a session another time than it has."""
    return _read_moved_times(event, session, values) != _times_of(session)


def replace_sessions(event: Event, rows: Sequence[Mapping[str, Any]], *, at: datetime) -> bool:
    """Make a locked event's sessions equal to a list, compared by uuid: known ones change, new ones join, others go.

    What a row of a known one leaves out stays. The one session of an event follows the event's times as long as it has
    no title of its own. The caller sees to what follows (`follow_sessions`).
    Returns: whether any session's own time changed, or sessions came or went.
    Raises: LastSession, SessionInUse, EventLocked, MeetingClaimed (409), ValidationRefused (422).
    """
    if not rows:
        raise LastSession
    check_structure_open(event)
    _check_number(len(rows))
    stored = event.sessions.select_for_update(of=("self",)).select_related("meeting")
    current = {row.pk: row for row in stored}
    named = [row["uuid"] for row in rows if row.get("uuid")]
    if set(named) - set(current) or len(set(named)) != len(named):
        raise ValidationRefused({"sessions": ["A uuid here isn't one of this event's sessions, or stands twice."]})
    before = sorted((row.pk, row.starts_at, row.ends_at) for row in current.values())
    as_shown = [row.get("uuid") for row in rows] == list(current)
    newcomers = []
    for position, row in enumerate(rows):
        if row.get("uuid"):
            session = current[row["uuid"]]
            values = with_room(row, session) if as_shown else {"order": position, **with_room(row, session)}
            own_title = "title" in _changed_keys(session, values)
            _write(event, session, values, named=own_title or len(rows) > 1, at=at)
        else:
            newcomers.append((position, with_room(row)))
    _append(event, newcomers, at)
    for session_id, session in current.items():
        if session_id not in named:
            _remove(event, session)
    return before != sorted(event.sessions.values_list("pk", "starts_at", "ends_at"))


def plan_sessions(event: Event, rows: Sequence[Mapping[str, Any]], at: datetime) -> list[EventSession]:
    """Return the unsaved sessions of a new event, numbered by their starts.

    Raises: MissingField (400), ValidationRefused (422).
    """
    _check_number(len(rows))
    sessions = [_new_session(event, row, at) for row in rows]
    for position, session in enumerate(sessions):
        session.order = position
    for number, session in enumerate(sorted(sessions, key=lambda row: row.starts_at), start=1):
        _give_number(session, number)
    return sessions


def implicit_session(event: Event, times: Times) -> EventSession:
    """Return the one unsaved session of an event that has no named parts."""
    session = EventSession(event=event, title=event.title, session_number=1, is_implicit=True)
    place(session, times)
    return session


def place(session: EventSession, times: Times) -> None:
    """Give a session its window, unsaved."""
    session.starts_at, session.ends_at, session.duration_minutes = times.starts_at, times.ends_at, times.minutes


def _check_number(number: int) -> None:
    if number > MOST_SESSIONS:
        raise ValidationRefused({"sessions": [f"An event has at most {MOST_SESSIONS} sessions."]})


def _new_session(event: Event, values: Mapping[str, Any], at: datetime) -> EventSession:
    times = read_times(values, event.zone)
    check_not_past(times.starts_at, at)
    session = EventSession(event=event, **{name: values[name] for name in COLUMNS if name in values})
    place(session, times)
    return session


def _replace_or_name_implicit(event: Event, newcomer: EventSession) -> None:
    implicit = event.sessions.select_for_update().filter(is_implicit=True).first()
    if implicit is None:
        return
    if implicit.starts_at < newcomer.ends_at and newcomer.starts_at < implicit.ends_at:
        # The implicit session stood for the whole event; the first named one replaces it.
        _delete_row(implicit)
    else:
        become_named(event, implicit)
        implicit.save(update_fields=["is_implicit", "updated_at"])


def _append(event: Event, rows: Sequence[tuple[int, Mapping[str, Any]]], at: datetime) -> None:
    """Add sessions at their positions of display; a hundred of them cost as many statements as one."""
    added = []
    for number, (position, values) in enumerate(rows, start=_last_number(event) + 1):
        session = _new_session(event, values, at)
        _give_number(session, number)
        session.order = position
        added.append((session, values))
    EventSession.objects.bulk_create([session for session, _ in added])
    add_session_meetings(event, added, at=at)


def _last_number(event: Event) -> int:
    return event.sessions.aggregate(last=Max("session_number"))["last"] or 0


def _give_number(session: EventSession, number: int) -> None:
    session.session_number = number
    session.title = session.title or f"Session {number}"


def _changed_keys(session: EventSession, values: Mapping[str, Any]) -> set[str]:
    """Return the names of the sent values, times aside, that differ from what is stored."""
    columns = {name for name in (*COLUMNS, "order") if name in values and getattr(session, name) != values[name]}
    return columns | changed_meeting_keys(session, values)


def _write(event: Event, session: EventSession, values: Mapping[str, Any], *, named: bool, at: datetime) -> None:
    """Write what differs onto a locked session; `named` makes the implicit one a session like the others."""
    changed, times = _changed_keys(session, values), _read_moved_times(event, session, values)
    moved = times != _times_of(session)
    if not changed and not moved and not (named and session.is_implicit):
        return
    over = session.status in (SessionStatus.CANCELLED, SessionStatus.COMPLETED)
    if over and (moved or changed - MEETING_FIELDS - {"order"}):
        raise EventLocked("This session is over or cancelled, so it can't be changed.")
    columns = sorted(changed - SESSION_KEYS.keys())
    for name in columns:
        setattr(session, name, values[name])
    set_session_meeting(event, session, values, at=at)
    if times.starts_at != session.starts_at:
        check_not_past(times.starts_at, at)
    place(session, times)
    if named:
        become_named(event, session)
    session.save(update_fields=[*columns, "is_implicit", "starts_at", "ends_at", "duration_minutes", "updated_at"])


def _remove(event: Event, session: EventSession) -> None:
    if not event.sessions.counting().exclude(pk=session.pk).exists():
        raise LastSession
    _delete_row(session)


def _delete_row(session: EventSession) -> None:
    try:
        session.delete()
    except ProtectedError:
        raise SessionInUse from None


def _times_of(session: EventSession) -> Times:
    return Times(session.starts_at, session.duration_minutes)


def _read_moved_times(event: Event, session: EventSession, values: Mapping[str, Any]) -> Times:
    if not any(values.get(name) is not None for name in TIMES):
        return _times_of(session)
    return read_times(values, event.zone, current=_times_of(session))
