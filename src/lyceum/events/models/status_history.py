"""Every change of an event's state, who made it and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lyceum.core.models import Record
from lyceum.events.models.choices import EventStatus
from lyceum.events.models.event import Event


class EventStatusHistory(Record):
    """One step of an event's life; written with the change itself and never edited."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="status_history", db_index=False)
    from_status = models.CharField(max_length=10, choices=EventStatus, blank=True, default="")
    to_status = models.CharField(max_length=10, choices=EventStatus)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(max_length=2000, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["changed_at", "id"]
        verbose_name_plural = "event status histories"
        indexes = [models.Index(fields=["event", "changed_at"], name="event_history_order")]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} to {self.to_status}"
