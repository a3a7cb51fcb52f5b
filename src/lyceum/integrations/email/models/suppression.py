"""Addresses that are not written to, whoever asks."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.models.record import Record

# An address whose owner has deleted their account is kept as a keyed hash, in the form of an address.
_HASHED = "@hashed.invalid"
_SALT = "lyceum.integrations.email.suppression"


def stored_hash(email: str, *, key: str | bytes | None = None) -> str:
    """Return what is kept of an address that was erased: who has the database alone can't try addresses with it."""
    return salted_hmac(_SALT, email.strip().lower(), secret=key, algorithm="sha256").hexdigest() + _HASHED


def stored_forms(email: str) -> set[str]:
    """Return the forms in which an address may be known here: as it is, and hashed with each key in use."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {email.strip().lower(), *(stored_hash(email, key=key) for key in keys)}


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def about(self, emails: Iterable[str]) -> Self:
        """Return the entries about these addresses, those among them that were erased included."""
        return self.filter(email__in={form for email in emails for form in stored_forms(email)})


class Suppression(Record):
    """One address and why: it does not exist, its owner complained, or its owner unsubscribed."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce"
        COMPLAINT = "complaint"
        UNSUBSCRIBED = "unsubscribed"

    email = LowercaseEmailField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        db_table = "email_suppression"
        constraints = [models.UniqueConstraint(fields=["email", "reason"], name="email_suppression_once")]

    def __str__(self) -> str:
        return f"{self.reason} ({self.id})"
