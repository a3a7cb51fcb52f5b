"""Addresses that are not written to, whoever asks."""

from django.db import models

from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.models.record import Record


class Suppression(Record):
    """One address and why: it does not exist, its owner complained, or its owner unsubscribed."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce"
        COMPLAINT = "complaint"
        UNSUBSCRIBED = "unsubscribed"

    email = LowercaseEmailField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()

    class Meta:
        db_table = "email_suppression"
        constraints = [models.UniqueConstraint(fields=["email", "reason"], name="email_suppression_once")]

    def __str__(self) -> str:
        return f"{self.reason} ({self.id})"
