"""Sessions: adding, changing, removing and arranging the parts of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.errors import EventLocked, LastSession, SessionInUse
from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import SessionStatus
from lyceum.events.services.locking import MEETING_FIELDS, check_editable, check_structure_open, lock_own_event
from lyceum.events.services.meetings import (
    add_session_meetings,
    become_named,
    changed_meeting_keys,
    set_session_meeting,
)
from lyceum.events.services.spans import follow_sessions
from lyceum.events.services.times import Times, check_not_past, read_times

COLUMNS = (
    "title",
    "description",
    "speaker",
    "room_or_link",
    "cpd_credit_value_override",
    "minimum_attendance_percent",
)
TIMES = ("starts_at", "duration_minutes", "ends_at")


@transaction.atomic
def add_session(*, event_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime) -> EventSession:
    """Add a part. It takes the implicit session's place where the two overlap, else that one becomes a real part.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409), MissingField (400), ValidationRefused (422).
    Publishes: EventTimesChanged when the event is published.
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    session = _new_session(event, values, at)
    _replace_or_name_implicit(event, session)
    _number_last(event, session)
    session.order = values.get("order", event.sessions.count())
    session.save(force_insert=True)
    add_session_meetings([(session, values)])
    follow_sessions(event, actor=actor, at=at, moved=True)
    session.refresh_from_db()
    return session


@transaction.atomic
def update_session(
    *, event_id: UUID, session_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
) -> EventSession:
    """Change a part; while the event is live only where it meets.

    Locks: Event, EventSession.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    Publishes: EventTimesChanged when a published event's part moves.
    """
    event = lock_own_event(event_id, actor)
    session = lock_session(event, session_id)
    change_session(event, session, values, actor=actor, at=at)
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
    columns = {name for name in (*COLUMNS, "order") if name in values and getattr(session, name) != values[name]}
    changed = columns | changed_meeting_keys(session, values)
    times = _read_moved_times(event, session, values)
    moved = times != _times_of(session)
    check_editable(event, changed | ({"starts_at"} if moved else set()))
    if not changed and not moved:
        return
    if session.status in (SessionStatus.CANCELLED, SessionStatus.COMPLETED) and (moved or changed - MEETING_FIELDS):
        raise EventLocked("This session is over or cancelled, so it can't be changed.")
    for name in columns:
        setattr(session, name, values[name])
    set_session_meeting(session, values)
    if times.starts_at != session.starts_at:
        check_not_past(times.starts_at, at)
    place(session, times)
    if "title" in changed:
        become_named(event, session)
    session.save(
        update_fields=[
            *columns,
            "is_implicit",
            "starts_at",
            "ends_at",
            "duration_minutes",
            "updated_at",
        ]
    )
    if moved or event.can_edit:
        follow_sessions(event, actor=actor, at=at, moved=moved)


def replace_sessions(event: Event, rows: Sequence[Mapping[str, Any]], *, actor: Actor, at: datetime) -> None:
    """Make a locked event's sessions equal to a list, compared by uuid: known ones change, new ones join, others go.

    Raises: LastSession, SessionInUse, EventLocked (409), ValidationRefused (422).
    """
    if not rows:
        raise LastSession
    check_structure_open(event)
    stored = event.sessions.select_for_update(of=("self",)).select_related("meeting")
    current = {row.pk: row for row in stored}
    named = [row["uuid"] for row in rows if row.get("uuid")]
    if set(named) - set(current) or len(set(named)) != len(named):
        raise ValidationRefused({"sessions": ["A uuid here isn't one of this event's sessions, or stands twice."]})
    before = sorted((row.pk, row.starts_at, row.ends_at) for row in current.values())
    for position, row in enumerate(rows):
        if row.get("uuid"):
            _rewrite(event, current[row["uuid"]], {"order": position, **row}, at)
        else:
            _append(event, row, position, at)
    for session_id, session in current.items():
        if session_id not in named:
            _remove(event, session)
    after = sorted(event.sessions.values_list("pk", "starts_at", "ends_at"))
    follow_sessions(event, actor=actor, at=at, moved=before != after)


def plan_sessions(event: Event, rows: Sequence[Mapping[str, Any]], at: datetime) -> list[EventSession]:
    """Return the unsaved sessions of a new event, numbered by their starts.

    Raises: MissingField (400), ValidationRefused (422).
    """
    sessions = [_new_session(event, row, at) for row in rows]
    for position, session in enumerate(sessions):
        session.order = position
    for number, session in enumerate(sorted(sessions, key=lambda row: row.starts_at), start=1):
        session.session_number = number
        session.title = session.title or f"Session {number}"
    return sessions


def implicit_session(event: Event, times: Times) -> EventSession:
    """Return the one unsaved session of an event that has no named parts."""
    session = EventSession(event=event, title=event.title, session_number=1, is_implicit=True)
    place(session, times)
    return session


def place(session: EventSession, times: Times) -> None:
    """Give a session its window, unsaved."""
    session.starts_at, session.ends_at, session.duration_minutes = times.starts_at, times.ends_at, times.minutes


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


def _append(event: Event, values: Mapping[str, Any], position: int, at: datetime) -> None:
    session = _new_session(event, values, at)
    _number_last(event, session)
    session.order = position
    session.save(force_insert=True)
    add_session_meetings([(session, values)])


def _number_last(event: Event, session: EventSession) -> None:
    last = event.sessions.order_by("-session_number").first()
    session.session_number = (last.session_number if last else 0) + 1
    session.title = session.title or f"Session {session.session_number}"


def _rewrite(event: Event, session: EventSession, values: Mapping[str, Any], at: datetime) -> None:
    times = _read_moved_times(event, session, values)
    if times.starts_at != session.starts_at:
        check_not_past(times.starts_at, at)
    for name in (*COLUMNS, "order"):
        if name in values:
            setattr(session, name, values[name])
    place(session, times)
    set_session_meeting(session, values)
    become_named(event, session)
    session.save()


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
