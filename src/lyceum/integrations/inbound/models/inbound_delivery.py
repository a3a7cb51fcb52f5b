"""One delivery from a vendor, and what became of it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.core.models.leased import Leased

SUBJECT_LENGTH = 200


class InboundDeliveryQuerySet(models.QuerySet["InboundDelivery"]):
    def unfinished(self) -> Self:
        """Return what will still be worked on, now or later."""
        return self.filter(due_at__isnull=False)

    def failed_for_good(self) -> Self:
        """Return what failed each time that it was tried."""
        return self.filter(status=InboundDelivery.Status.FAILED, due_at__isnull=True)

    def replayable(self) -> Self:
        """Return what failed for good or until its next attempt, and what nobody here knew the subject of."""
        status = InboundDelivery.Status
        return self.filter(Q(status=status.FAILED) | Q(status=status.SKIPPED, processed_at__isnull=True))


class InboundDelivery(Record, Leased):
    """A verified delivery, stored before anything is done with it. Its key makes a second copy of it impossible."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSING = "processing"
        COMPLETED = "completed"
        FAILED = "failed"
        SKIPPED = "skipped"

    # The vendor, as `ports.register_source` names it.
    source = models.CharField(max_length=20)
    # What no other message of the source has: its own id where retries keep it, a digest of the content elsewhere.
    external_id = models.CharField(max_length=128)
    event_type = models.CharField(max_length=100)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    # What it is about in the vendor's words: a meeting's number, a mail's id.
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True)
    # Which occurrence of the subject: a meeting held again has the same number and another uuid.
    occurrence = models.CharField(max_length=100, blank=True)
    # The row here that it concerned. No foreign key: the inbox stands below the apps that it serves.
    about_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    records_created = models.PositiveIntegerField(default=0)
    error_message = models.CharField(max_length=1000, blank=True)
    error_traceback = models.TextField(max_length=5000, blank=True)

    objects = InboundDeliveryQuerySet.as_manager()

    class Meta:
        db_table = "inbound_delivery"
        verbose_name_plural = "inbound deliveries"
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="inbound_delivery_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["source", "subject"], name="inbound_delivery_subject"),
            models.Index(
                fields=["source"], name="inbound_delivery_failed", condition=Q(status="failed", due_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="inbound_delivery_once"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "processing", "completed", "failed", "skipped"]),
                name="inbound_delivery_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_type} {self.subject}".strip()
