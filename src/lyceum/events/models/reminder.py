"""A reminder to send at a moment before an event or a session begins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.events.models.choices import ReminderStatus, ReminderType
from lyceum.events.models.event import Event
from lyceum.events.models.session import EventSession


class EventReminder(Record):
    """A due row: `scheduled_for` follows the start it counts back from until the reminder is sent."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reminders", db_index=False)
    session = models.ForeignKey(EventSession, on_delete=models.CASCADE, null=True, blank=True, related_name="reminders")
    reminder_type = models.CharField(max_length=12, choices=ReminderType)
    minutes_before = models.PositiveIntegerField()
    scheduled_for = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ReminderStatus, default=ReminderStatus.PENDING)
    sent_at = models.DateTimeField(null=True, blank=True)
    recipient_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["scheduled_for", "id"]
        indexes = [models.Index(fields=["status", "scheduled_for"], name="reminder_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "minutes_before"],
                condition=Q(session__isnull=True),
                name="reminder_event_moment_unique",
            ),
            models.UniqueConstraint(
                fields=["session", "minutes_before"],
                condition=Q(session__isnull=False),
                name="reminder_session_moment_unique",
            ),
            models.CheckConstraint(condition=Q(status__in=ReminderStatus.values), name="reminder_status_known"),
            models.CheckConstraint(
                condition=Q(minutes_before__gte=1, minutes_before__lte=43200), name="reminder_offset_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_type} reminder"

    @property
    def sent(self) -> bool:
        return self.status == ReminderStatus.SENT
