"""One call to a vendor, from the request for it to what was done with its answer."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.core.models.leased import Leased


class OutboundCallQuerySet(models.QuerySet["OutboundCall"]):
    def to_call(self) -> Self:
        """Return what the vendor is still to be asked, now or later."""
        return self.filter(due_at__isnull=False)

    def to_hand_over(self) -> Self:
        """Return what has an answer, or has failed, and whose handler is still to be told."""
        return self.filter(answer_due_at__isnull=False)

    def failed(self) -> Self:
        """Return what an operator should look at: no answer, or a handler that never coped."""
        return self.filter(status__in=["failed", "unhandled"])

    def finished_before(self, at: datetime) -> Self:
        return self.filter(finished_at__lt=at, due_at__isnull=True, answer_due_at__isnull=True)


class OutboundCall(Record, Leased):
    """A call to a vendor. `attempts`, `due_at` and `lease_until` are about the call, `answer_…` about its handler.

    It holds ids and no personal data, and never a secret: what else the call needs is read when it is made.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        # The vendor's answer is stored; the handler is still to be told.
        ANSWERED = "answered"
        COMPLETED = "completed"
        # There will be no answer; the failure handler is still to be told.
        GIVEN_UP = "given_up"
        FAILED = "failed"
        # The handler failed each time that it was told.
        UNHANDLED = "unhandled"

    kind = models.CharField(max_length=100)
    vendor = models.CharField(max_length=50)
    args = models.JSONField(default=dict)
    # The row here that the call is about; an id, because this app stands below the ones that call.
    about_id = models.UUIDField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=100, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)

    requested_at = models.DateTimeField()
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    answer = models.JSONField(null=True, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    # The kind of the handler's last error.
    handler_error = models.CharField(max_length=50, blank=True)
    answer_attempts = models.PositiveSmallIntegerField(default=0)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answer_lease_until = models.DateTimeField(null=True, blank=True)

    objects = OutboundCallQuerySet.as_manager()

    class Meta:
        db_table = "outbound_call"
        constraints = [
            # One that failed makes room for another request.
            models.UniqueConstraint(
                fields=["kind", "dedupe_key"], name="outbound_call_once", condition=~Q(status="failed")
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "answered", "completed", "given_up", "failed", "unhandled"]),
                name="outbound_call_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbound_call_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["answer_due_at", "id"], name="outbound_answer_due", condition=Q(answer_due_at__isnull=False)
            ),
            models.Index(fields=["about_id"], name="outbound_call_about", condition=Q(about_id__isnull=False)),
            models.Index(fields=["finished_at"], name="outbound_call_finished"),
            models.Index(
                fields=["vendor"], name="outbound_call_failed", condition=Q(status__in=["failed", "unhandled"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"

    @property
    def idempotency_key(self) -> str:
        """What the vendor knows this call by, the same over all its tries."""
        return str(self.id)
