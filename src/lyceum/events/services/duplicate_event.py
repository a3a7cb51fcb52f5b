"""A fresh draft that has everything the original has, at a later time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.ids import new_id
from lyceum.core.ledger import publish
from lyceum.events import facts
from lyceum.events.models import Event, EventCustomField, EventReminder, EventSession, TicketType
from lyceum.events.models.choices import ReminderStatus, SessionStatus
from lyceum.events.policies import require_event_creator
from lyceum.events.ports import extensions
from lyceum.events.rules.local_time import resolve, shift_wall, wall_distance
from lyceum.events.selectors import get_managed_event
from lyceum.events.services.assign_columns import PLAIN
from lyceum.events.services.meetings import copy_meetings
from lyceum.events.services.search_text import write_search_text, write_tags
from lyceum.events.services.slugs import insert_event
from lyceum.events.services.spans import set_span
from lyceum.events.services.times import check_not_past

WEEK = timedelta(days=7)
COLUMNS = (*PLAIN, "owner_id", "timezone", "price_minor")
SESSION_COLUMNS = (
    "title", "description", "speaker", "room", "session_number", "order", "is_implicit", "duration_minutes",
    "cpd_credit_value_override", "minimum_attendance_percent",
)  # fmt: skip


@transaction.atomic
def duplicate_event(
    *, event_id: UUID, actor: Actor, at: datetime, title: str | None = None, starts_at: datetime | None = None
) -> Event:
    """Copy an event with its sessions, ticket types, questions, reminders and settings into a new draft.

    Every date keeps its distance to the start on the wall clock of the event's zone. People, invitations,
    attendance, meetings and history stay behind.
    starts_at: aware, or naive in the event's zone; without it the next free week after the original's.
    Raises: NotFound (404), ValidationRefused (422) for a start in the past.
    Publishes: EventCreated.
    """
    require_event_creator(actor)
    source = get_managed_event(actor, event_id)
    by = _distance(source, starts_at, at)
    target = _copy_columns(source, title, by)
    originals = _sessions_to_copy(source)
    sessions = _copy_sessions(originals, target, by)
    set_span(target, sessions)
    insert_event(target)
    EventSession.objects.bulk_create(sessions)
    copy_meetings(source, target, dict(zip(originals, sessions, strict=True)))
    _copy_rows(source, target)
    _copy_reminders(source, target, sessions, at)
    write_tags(target)
    write_search_text(target)
    for extension in extensions():
        extension.copy(source=source, target=target, actor=actor, at=at)
    publish(facts.EventCreated(event_id=target.pk), actor=actor, about=target.pk, at=at)
    return target


def _distance(source: Event, starts_at: datetime | None, at: datetime) -> timedelta:
    if starts_at is not None:
        start = resolve(starts_at, source.zone, field="starts_at")
        check_not_past(start, at)
        return wall_distance(source.starts_at, start, source.zone)
    weeks = 1
    if source.starts_at + WEEK <= at:
        weeks = (at - source.starts_at) // WEEK + 1
    # A change of the clocks may leave the computed week an hour short.
    if shift_wall(source.starts_at, source.zone, weeks * WEEK) <= at:
        weeks += 1
    return weeks * WEEK


def _copy_columns(source: Event, title: str | None, by: timedelta) -> Event:
    target = Event(**{name: getattr(source, name) for name in COLUMNS}, duplicated_from=source)
    target.title = title or f"Copy of {source.title}"[:200]
    if source.registration_deadline is not None:
        target.registration_deadline = shift_wall(source.registration_deadline, source.zone, by)
    if storage.exists(source.cover_image):
        kind = storage.content_type_of(source.cover_image)
        target.cover_image = storage.store("events/covers", storage.read(source.cover_image), content_type=kind)
    return target


def _sessions_to_copy(source: Event) -> list[EventSession]:
    everything = list(source.sessions.with_meetings().order_by("session_number"))
    # A cancelled event has only cancelled sessions; its duplicate takes those up again.
    return [row for row in everything if row.status != SessionStatus.CANCELLED] or everything


def _copy_sessions(originals: list[EventSession], target: Event, by: timedelta) -> list[EventSession]:
    copies = []
    for number, original in enumerate(originals, start=1):
        copy = EventSession(event=target, **{name: getattr(original, name) for name in SESSION_COLUMNS})
        copy.session_number = number
        copy.starts_at = shift_wall(original.starts_at, target.zone, by)
        copy.ends_at = copy.starts_at + timedelta(minutes=original.duration_minutes)
        copies.append(copy)
    return copies


def _copy_rows(source: Event, target: Event) -> None:
    tickets = list(source.ticket_types.all())
    for ticket in tickets:
        ticket.id, ticket.event, ticket.sold = new_id(), target, 0
    TicketType.objects.bulk_create(tickets)
    fields = list(source.custom_fields.active())
    for field in fields:
        field.id, field.event = new_id(), target
    EventCustomField.objects.bulk_create(fields)


def _copy_reminders(source: Event, target: Event, sessions: list[EventSession], at: datetime) -> None:
    by_number = {session.session_number: session for session in sessions}
    copies = []
    for row in source.reminders.select_related("session"):
        session = by_number.get(row.session.session_number) if row.session else None
        if row.session is not None and session is None:
            continue
        start = session.starts_at if session else target.starts_at
        copy = EventReminder(
            event=target, session=session, reminder_type=row.reminder_type, minutes_before=row.minutes_before
        )
        copy.scheduled_for = start - timedelta(minutes=row.minutes_before)
        copy.status = ReminderStatus.PENDING if copy.scheduled_for > at else ReminderStatus.SKIPPED
        copies.append(copy)
    EventReminder.objects.bulk_create(copies)
