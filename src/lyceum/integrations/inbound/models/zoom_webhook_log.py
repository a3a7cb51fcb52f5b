"""One delivery from Zoom, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record

MAX_ATTEMPTS = 3


class ZoomWebhookLogQuerySet(models.QuerySet["ZoomWebhookLog"]):
    def due(self, at: datetime) -> Self:
        """Return what is to be worked on: new, to be retried, or left by a worker that died."""
        return self.filter(next_attempt_at__lte=at)

    def unfinished(self) -> Self:
        """Return what will still be worked on, now or later."""
        return self.filter(next_attempt_at__isnull=False)


class ZoomWebhookLog(Record):
    """A verified delivery, stored before anything is done with it. The key makes a second copy of it impossible."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSING = "processing"
        COMPLETED = "completed"
        FAILED = "failed"
        SKIPPED = "skipped"

    # From the content: Zoom's own delivery ids change with every retry, or are missing.
    webhook_id = models.CharField(max_length=64, unique=True)
    event_type = models.CharField(max_length=100)
    event_timestamp = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    zoom_meeting_id = models.CharField(max_length=20, blank=True)
    zoom_meeting_uuid = models.CharField(max_length=100, blank=True)
    # An id and no foreign key: the inbox stands below the apps that it serves.
    event_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)

    processing_status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    processing_attempts = models.PositiveSmallIntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    # While a worker has it, the end of its lease; null when nothing more will be done.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    attendance_records_created = models.PositiveIntegerField(default=0)
    error_message = models.CharField(max_length=1000, blank=True)
    error_traceback = models.TextField(max_length=5000, blank=True)

    objects = ZoomWebhookLogQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="zoom_webhook_due", condition=Q(next_attempt_at__isnull=False)
            ),
            models.Index(fields=["zoom_meeting_id"], name="zoom_webhook_meeting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(processing_status__in=["pending", "processing", "completed", "failed", "skipped"]),
                name="zoom_webhook_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.zoom_meeting_id}".strip()

    @property
    def can_retry(self) -> bool:
        """Say whether the schedule will try again by itself."""
        return self.processing_status == self.Status.FAILED and self.next_attempt_at is not None
