"""Every mail is one of these rows first; the row decides what happens to it, not a queue."""

from typing import Any

from django.db import models
from django.db.models import Q

from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.models.leased import Leased
from lyceum.core.models.record import Record


class EmailLog(Record, Leased):
    """One mail to one person: what it is, to whom, how far it came. Bodies are never kept, only their hash."""

    class Status(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        OPENED = "opened"
        CLICKED = "clicked"
        BOUNCED = "bounced"
        FAILED = "failed"
        SPAM = "spam"
        UNSUBSCRIBED = "unsubscribed"
        SKIPPED = "skipped"

    # What is still to be sent; the purge, the erasure and a repeat leave it to the queue.
    UNDER_WAY = (Status.PENDING, Status.SENDING)

    # No column: what `about_id` names, read for a builder whose kind asks for it.
    about: Any = None

    kind = models.CharField(max_length=100)
    recipient_email = LowercaseEmailField()
    recipient_name = models.CharField(max_length=255, blank=True)
    # Plain ids: this app stands below the ones that own people, events and the rest.
    user_id = models.UUIDField(null=True, blank=True)
    event_id = models.UUIDField(null=True, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    params = models.JSONField(default=dict, blank=True)
    secret = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=64, null=True, blank=True)

    subject = models.CharField(max_length=500, blank=True)
    from_email = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    queued_at = models.DateTimeField()
    last_attempt_at = models.DateTimeField(null=True, blank=True)

    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    open_count = models.PositiveIntegerField(default=0)
    click_count = models.PositiveIntegerField(default=0)

    provider = models.CharField(max_length=100, blank=True)
    provider_message_id = models.CharField(max_length=200, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    bounce_type = models.CharField(max_length=10, blank=True)

    class Meta:
        db_table = "email_log"
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="email_dedupe_key_unique"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(status="pending"), name="email_pending_is_due_sometime"
            ),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=False) | ~Q(status="sending"), name="email_sending_is_leased"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="email_due", condition=Q(status__in=["pending", "sending"])),
            models.Index(fields=["event_id", "queued_at"], name="email_of_event"),
            models.Index(fields=["user_id"], name="email_of_user"),
            models.Index(fields=["recipient_email", "queued_at"], name="email_to"),
            models.Index(fields=["queued_at"], name="email_queued"),
            models.Index(
                fields=["provider_message_id"], name="email_provider_id", condition=~Q(provider_message_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"
