"""Changing an event, as far as its state allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.errors import CapacityBelowSeats, EventLocked
from lyceum.events.models import Event, EventSession
from lyceum.events.ports import extensions
from lyceum.events.rules.local_time import resolve, shift_wall, wall_distance
from lyceum.events.rules.validity import check_event
from lyceum.events.services.assign_columns import SEARCHED, SHOWN_IN_CALENDARS, assign_columns, column_names
from lyceum.events.services.custom_fields import replace_custom_fields
from lyceum.events.services.locking import check_editable, lock_own_event
from lyceum.events.services.meeting_claims import lock_numbers, sent_numbers
from lyceum.events.services.meetings import EVENT_KEYS, SESSION_KEYS, lock_meetings, save_event_meeting
from lyceum.events.services.search_text import write_search_text, write_tags
from lyceum.events.services.sessions import TIMES, lock_sessions, moves, place, replace_sessions
from lyceum.events.services.slugs import save_renamed
from lyceum.events.services.spans import SPAN_FIELDS, check_span, follow_sessions, set_span
from lyceum.events.services.ticket_types import lock_ticket_types, mirror_price
from lyceum.events.services.times import Times, check_not_past, read_times


@transaction.atomic
def update_event(*, event_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime) -> Event:
    """Change what was sent and really differs. The merged result is checked, not only the sent part.

    Locks: MeetingNumber, Event, EventSession, Meeting, TicketType.
    values: as for `create_event`; what is absent stays.
    Raises: NotFound (404), EventLocked, CapacityBelowSeats, MeetingClaimed (409), MissingField (400),
        ValidationRefused (422).
    Publishes: EventTimesChanged, EventCapacityRaised.
    """
    lock_numbers(sent_numbers(values), at=at)
    event = lock_own_event(event_id, actor)
    sessions = _lock_parts(event, values)
    before = event.capacity, event.waitlist_auto_promote
    changed = assign_columns(event, values)
    extra = [(one, one.validate(values=values, event=event, actor=actor, at=at)) for one in extensions()]
    sent_parts = {name for name in ("sessions", "custom_fields") if values.get(name) is not None}
    check_editable(event, changed | sent_parts | {key for _, checked in extra for key in checked})
    by_sessions = _sessions_move(event, sessions, values)
    moved = False if by_sessions else _move(event, sessions, values, at=at)
    if "sessions" in sent_parts:
        _check_meetings_agree(sessions, values)
        moved = replace_sessions(event, values["sessions"], at=at) or moved
        set_span(event, list(event.sessions.counting()))
    if by_sessions:
        check_span(event, values)
    if changed or moved:
        check_event(event)
    _check_seats(event, changed)
    _save_columns(event, changed, moved=moved)
    _save_parts(event, values, changed, at)
    if "sessions" in sent_parts or moved:
        follow_sessions(event, actor=actor, at=at, moved=moved)
    for extension, checked in extra:
        extension.save(event=event, values=checked, actor=actor, at=at)
    _publish_capacity_raised(event, before, actor=actor, at=at)
    event.refresh_from_db()
    return event


def _lock_parts(event: Event, values: Mapping[str, Any]) -> list[EventSession]:
    """Lock what the steps of the verb change, in the product's order and not in theirs; return the sessions, if any."""
    sessions = lock_sessions(event) if values.keys() & {"title", "sessions", *TIMES} else []
    if values.keys() & {"sessions", *EVENT_KEYS}:
        lock_meetings(event)
    if values.get("sessions") is not None and values.keys() & {"price", "currency"}:
        # A session that goes takes its reminders along, and these come after the ticket types.
        lock_ticket_types(event)
    return sessions


def _sessions_move(event: Event, sessions: list[EventSession], values: Mapping[str, Any]) -> bool:
    """Whether the sent sessions come, go or move by themselves; the event's times follow them then."""
    rows = values.get("sessions")
    if rows is None:
        return False
    sent = {row.get("uuid"): row for row in rows}
    return sent.keys() != {row.pk for row in sessions} or any(moves(event, row, sent[row.pk]) for row in sessions)


def _check_meetings_agree(sessions: list[EventSession], values: Mapping[str, Any]) -> None:
    """Refuse two places to meet, one for the event and another for the session that stands for all of it."""
    alone = {row.pk for row in sessions if row.is_implicit}
    for row in values["sessions"]:
        twice = {name for name in SESSION_KEYS.keys() & values.keys() & row.keys() if row[name] != values[name]}
        if row.get("uuid") in alone and twice:
            raise ValidationRefused({name: ["The event's session says otherwise."] for name in sorted(twice)})


def _move(event: Event, rows: list[EventSession], values: Mapping[str, Any], *, at: datetime) -> bool:
    """Move the sessions to the event's sent times; say whether they moved."""
    if not any(values.get(name) is not None for name in TIMES):
        return False
    counting = [row for row in rows if row.cancelled_at is None]
    if len(counting) == 1:
        moved = _move_only(event, counting[0], values)
    else:
        moved = _move_all(event, rows, values)
    if not moved:
        return False
    check_editable(event, {"starts_at"})
    set_span(event, counting)
    check_not_past(event.starts_at, at)
    EventSession.objects.bulk_update(rows, ["starts_at", "ends_at", "duration_minutes"])
    return True


def _move_only(event: Event, session: EventSession, values: Mapping[str, Any]) -> bool:
    current = Times(session.starts_at, session.duration_minutes)
    times = read_times(values, event.zone, current=current)
    place(session, times)
    return times != current


def _move_all(event: Event, sessions: list[EventSession], values: Mapping[str, Any]) -> bool:
    """Shift every part by as much as the start moves on the wall clock; the length follows the parts alone."""
    minutes = values.get("duration_minutes")
    if minutes is not None and minutes != event.duration_minutes:
        raise ValidationRefused({"duration_minutes": ["This event's length follows its sessions; change those."]})
    sent = values.get("starts_at")
    start = event.starts_at if sent is None else resolve(sent, event.zone, field="starts_at")
    if start == event.starts_at:
        _check_end(event, values.get("ends_at"), event.ends_at)
        return False
    by = wall_distance(event.starts_at, start, event.zone)
    for row in sessions:
        place(row, Times(shift_wall(row.starts_at, event.zone, by), row.duration_minutes))
    _check_end(event, values.get("ends_at"), max(row.ends_at for row in sessions if row.cancelled_at is None))
    return True


def _check_end(event: Event, sent: datetime | None, expected: datetime) -> None:
    if sent is not None and resolve(sent, event.zone, field="ends_at") != expected:
        raise ValidationRefused({"ends_at": ["This event's end follows its sessions; change those."]})


def _check_seats(event: Event, changed: set[str]) -> None:
    if "capacity" in changed and event.capacity is not None and event.capacity < event.seats_taken:
        raise CapacityBelowSeats(seats_taken=event.seats_taken)
    if "currency" in changed and event.seats_taken and event.price_minor:
        raise EventLocked("Places have been sold in the old currency, so it can't change.", fields=["currency"])


def _save_columns(event: Event, changed: set[str], *, moved: bool) -> None:
    """Save what changed, with the times: a deadline is held against the start that it was sent with."""
    if not changed:
        return
    names = [*column_names(changed), *(SPAN_FIELDS if moved else ())]
    if changed & SHOWN_IN_CALENDARS:
        event.calendar_sequence += 1
        names.append("calendar_sequence")
    if "title" in changed:
        save_renamed(event, names)
    else:
        event.save(update_fields=names)


def _save_parts(event: Event, values: Mapping[str, Any], changed: set[str], at: datetime) -> None:
    if "skill_tags" in changed:
        write_tags(event)
    if changed & SEARCHED:
        write_search_text(event)
    if values.get("custom_fields") is not None:
        replace_custom_fields(event, values["custom_fields"], at=at)
    if "title" in changed:
        event.sessions.filter(is_implicit=True).update(title=event.title)
    save_event_meeting(event, changed, at=at)
    if changed & {"price", "currency"}:
        mirror_price(event)


def _publish_capacity_raised(event: Event, before: tuple[int | None, bool], *, actor: Actor, at: datetime) -> None:
    capacity, promoting = before
    raised = capacity is not None and (event.capacity is None or event.capacity > capacity)
    switched_on = event.waitlist_auto_promote and not promoting
    if raised or switched_on:
        publish(facts.EventCapacityRaised(event_id=event.pk), actor=actor, about=event.pk, at=at)
