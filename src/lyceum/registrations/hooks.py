"""What registrations contributes to the apps below: reminders, whether an event is used, what a profile counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from lyceum.accounts.ports import About, register_statistics
from lyceum.accounts.services.notify import notify
from lyceum.events.models.reminder import EventReminder
from lyceum.events.ports import register_reminder_sender, register_usage_check
from lyceum.registrations import mails
from lyceum.registrations.models.registration import Registration
from lyceum.registrations.reactions import CONTACT_COLUMNS, PIECE
from lyceum.registrations.selectors import seated_with_reminders


def remind(reminder: EventReminder, *, at: datetime) -> int:
    """Notify everybody who has a seat and wants reminders; return how many."""
    sent = 0
    for row in seated_with_reminders(reminder.event_id).only(*CONTACT_COLUMNS).iterator(chunk_size=PIECE):
        sent += notify(
            mails.REMINDER,
            row.recipient,
            About(row.pk, row.event_id),
            params={"reminder_id": str(reminder.pk)},
            dedupe_key=f"{reminder.pk}:{row.pk}:{reminder.scheduled_for.isoformat()}",
            at=at,
        )
    return sent


def holds_rows(event_id: UUID) -> bool:
    """Say whether an event has, or had, a registration."""
    return Registration.all_objects.filter(event_id=event_id).exists()


def statistics(user_id: UUID) -> dict[str, float | int]:
    """Return what a profile shows: events attended, and the hours of them."""
    rows = Registration.objects.confirmed().filter(user_id=user_id, attendance__attended=True)
    minutes = rows.aggregate(total=Sum("attendance__minutes"))["total"] or 0
    return {"total_events_attended": rows.count(), "total_hours_learned": round(minutes / 60, 1)}


register_reminder_sender("registrations", remind)
register_usage_check("registrations", holds_rows)
register_statistics(statistics)
