"""Making an event: always a draft, with its session, ticket type and reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.models import Event, EventSession
from lyceum.events.policies import require_event_creator
from lyceum.events.ports import extensions
from lyceum.events.rules.local_time import is_zone
from lyceum.events.rules.validity import check_event
from lyceum.events.services.assign_columns import assign_columns
from lyceum.events.services.custom_fields import add_custom_fields
from lyceum.events.services.meeting_claims import lock_numbers, sent_numbers
from lyceum.events.services.meetings import add_session_meetings, save_event_meeting
from lyceum.events.services.reminders import schedule_default_reminders
from lyceum.events.services.rooms import with_rooms
from lyceum.events.services.search_text import write_search_text, write_tags
from lyceum.events.services.sessions import implicit_session, plan_sessions
from lyceum.events.services.slugs import insert_event
from lyceum.events.services.spans import check_span, set_span
from lyceum.events.services.ticket_types import add_default_ticket
from lyceum.events.services.times import check_not_past, read_times


@transaction.atomic
def create_event(*, values: Mapping[str, Any], actor: Actor, at: datetime) -> Event:
    """Make a draft that belongs to the actor.

    values: the event's own columns by name; `price` in major units; times aware, or naive in the event's zone;
        `sessions` and `custom_fields` as lists; the keys of the extensions.
    Locks: MeetingNumber.
    Raises: PermissionDenied, EmailNotVerified (403), MeetingClaimed (409), MissingField (400), ValidationRefused (422).
    Publishes: EventCreated.
    """
    owner_id = require_event_creator(actor)
    values = with_rooms(values)
    lock_numbers(sent_numbers(values), at=at)
    event = Event(owner_id=owner_id, timezone=_home_zone(owner_id))
    assigned = assign_columns(event, values)
    sessions = _sessions_of(event, values, at)
    set_span(event, sessions)
    if values.get("sessions"):
        check_span(event, values, lengths={session.duration_minutes for session in sessions})
    check_event(event)
    extra = [(one, one.validate(values=values, event=event, actor=actor, at=at)) for one in extensions()]
    insert_event(event)
    save_event_meeting(event, assigned, at=at)
    EventSession.objects.bulk_create(sessions)
    add_session_meetings(event, zip(sessions, values.get("sessions") or (), strict=False), at=at)
    add_default_ticket(event)
    add_custom_fields(event, values.get("custom_fields") or [])
    schedule_default_reminders(event, at=at)
    write_tags(event)
    write_search_text(event)
    for extension, checked in extra:
        extension.save(event=event, values=checked, actor=actor, at=at)
    publish(facts.EventCreated(event_id=event.pk), actor=actor, about=event.pk, at=at)
    return event


def _home_zone(owner_id: UUID) -> str:
    name = User.objects.values_list("timezone", flat=True).get(pk=owner_id)
    return name if is_zone(name) else "UTC"


def _sessions_of(event: Event, values: Mapping[str, Any], at: datetime) -> list[EventSession]:
    rows = values.get("sessions")
    if rows:
        return plan_sessions(event, rows, at)
    times = read_times(values, event.zone)
    check_not_past(times.starts_at, at)
    return [implicit_session(event, times)]
