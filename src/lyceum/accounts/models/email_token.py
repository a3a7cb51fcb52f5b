"""Secrets that travel by mail, kept only as hashes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lyceum.core.models import Record
from lyceum.core.models.fields import LowercaseEmailField


class EmailToken(Record):
    """One mailed link. It works once, until it expires, and only while the account still has that address."""

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email"
        RESET_PASSWORD = "reset_password"  # noqa: S105 -- a purpose, not a secret

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_tokens")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    email = LowercaseEmailField(max_length=254)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=["verify_email", "reset_password"]), name="email_token_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.id})"
