"""Reminders: due rows that follow the start they count back from, and are sent at most an hour late."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.errors import EventLocked, ReminderExists, ReminderSent
from lyceum.events.models import Event, EventReminder, EventSession
from lyceum.events.models.choices import EventStatus, ReminderStatus, ReminderType
from lyceum.events.ports import send_reminder
from lyceum.events.services.locking import lock_own_event

TOO_LATE = timedelta(hours=1)
MINUTES = {ReminderType.BEFORE_24H: 24 * 60, ReminderType.BEFORE_1H: 60, ReminderType.BEFORE_15M: 15}
DEFAULTS = (ReminderType.BEFORE_24H, ReminderType.BEFORE_1H)
BATCH = 50
# Two for each of as many sessions as an event can have.
MOST_REMINDERS = 200


def schedule_default_reminders(event: Event, *, at: datetime) -> None:
    """Give a new event its reminders of a day and an hour before; moments that are past already are skipped."""
    rows = [EventReminder(event=event, reminder_type=kind, minutes_before=MINUTES[kind]) for kind in DEFAULTS]
    for row in rows:
        _place(row, event.starts_at, at)
    EventReminder.objects.bulk_create(rows)


@transaction.atomic
def add_reminder(
    *, event_id: UUID, reminder_type: str, minutes_before: int, session_id: UUID | None, actor: Actor, at: datetime
) -> EventReminder:
    """Add a reminder of an event, or of one of its sessions.

    Locks: Event.
    minutes_before: for a custom one; the named types know their own.
    Raises: NotFound (404), EventLocked, ReminderExists (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    if event.status not in (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.LIVE):
        raise EventLocked(current_status=str(event.status))
    if event.reminders.count() >= MOST_REMINDERS:
        raise ValidationRefused({"reminder_type": [f"An event has at most {MOST_REMINDERS} reminders."]})
    session = _session(event, session_id)
    minutes = MINUTES.get(ReminderType(reminder_type), minutes_before)
    row = EventReminder(event=event, session=session, reminder_type=reminder_type, minutes_before=minutes)
    _place(row, session.starts_at if session else event.starts_at, at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ReminderExists from None
    return row


@transaction.atomic
def delete_reminder(*, event_id: UUID, reminder_id: UUID, actor: Actor, at: datetime) -> None:
    """Remove a reminder that has not been sent.

    Locks: Event, EventReminder.
    Raises: NotFound (404), ReminderSent (409).
    """
    event = lock_own_event(event_id, actor)
    row = EventReminder.objects.select_for_update().filter(event=event, pk=reminder_id).first()
    if row is None:
        raise NotFound
    if row.sent:
        raise ReminderSent
    row.delete()


def reschedule_reminders(event: Event, *, at: datetime) -> None:
    """Move the unsent reminders with the start they count back from.

    Locks: EventReminder, so that none is sent at its old time meanwhile.
    """
    open_rows = Q(status=ReminderStatus.PENDING) | Q(status=ReminderStatus.SKIPPED)
    moved = []
    for row in (
        EventReminder.objects.select_for_update(of=("self",)).select_related("session").filter(open_rows, event=event)
    ):
        start = row.session.starts_at if row.session else event.starts_at
        if row.scheduled_for != start - timedelta(minutes=row.minutes_before):
            _place(row, start, at)
            moved.append(row)
    EventReminder.objects.bulk_update(moved, ["scheduled_for", "status"])


def cancel_reminders(event: Event, *, session_id: UUID | None = None) -> None:
    """Call off what is still to be sent, of the whole event or of one session."""
    rows = EventReminder.objects.filter(event=event, status=ReminderStatus.PENDING)
    if session_id is not None:
        rows = rows.filter(session_id=session_id)
    rows.update(status=ReminderStatus.CANCELLED)


def send_due_reminders(at: datetime) -> int:
    """Send what is due, a batch of rows, each in its own transaction; return how many were handled."""
    handled = 0
    while handled < BATCH and _send_next(at):
        handled += 1
    return handled


def _due(at: datetime) -> QuerySet[EventReminder]:
    awaited = Q(event__status__in=(EventStatus.PUBLISHED, EventStatus.LIVE), event__deleted_at__isnull=True)
    return EventReminder.objects.filter(status=ReminderStatus.PENDING, scheduled_for__lte=at).filter(
        # A draft may still be published within the hour; after that its reminder is skipped like any late one.
        awaited | Q(scheduled_for__lt=at - TOO_LATE)
    )


@transaction.atomic
def _send_next(at: datetime) -> bool:
    row = _due(at).select_for_update(skip_locked=True, of=("self",)).order_by("scheduled_for", "id").first()
    if row is None:
        return False
    if row.scheduled_for < at - TOO_LATE:
        row.status = ReminderStatus.SKIPPED
    else:
        # The mails are rows of this transaction, so a reminder is sent once or not at all.
        row.recipient_count = send_reminder(row, at=at)
        row.status, row.sent_at = ReminderStatus.SENT, at
    row.save(update_fields=["status", "sent_at", "recipient_count", "updated_at"])
    return True


def _place(row: EventReminder, start: datetime, at: datetime) -> None:
    row.scheduled_for = start - timedelta(minutes=row.minutes_before)
    row.status = ReminderStatus.PENDING if row.scheduled_for > at else ReminderStatus.SKIPPED


def _session(event: Event, session_id: UUID | None) -> EventSession | None:
    if session_id is None:
        return None
    session = EventSession.objects.filter(event=event, pk=session_id).first()
    if session is None:
        raise NotFound
    return session
