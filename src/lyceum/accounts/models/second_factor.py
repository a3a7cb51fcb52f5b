"""The second factor of a sign-in: an app that shows codes, and recovery codes for the day it is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models

from lyceum.core.actors import Actor
from lyceum.core.encryption import decrypt
from lyceum.core.models import Record
from lyceum.core.models.fields import EncryptedTextField

PURPOSE = "accounts.second_factor"
# How long a set-up waits for its first code.
SETUP_LIFE = timedelta(minutes=15)


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    """Sets of second factors."""

    def active(self) -> Self:
        """Return those that a code has confirmed; the others never stand in a sign-in's way."""
        return self.filter(confirmed_at__isnull=False)

    def pending(self, at: datetime) -> Self:
        """Return the set-ups that still wait for their first code."""
        return self.filter(confirmed_at__isnull=True, started_at__gt=at - SETUP_LIFE)

    def visible_to(self, actor: Actor) -> Self:
        """Return the actor's own; nobody, staff included, reads another's."""
        return self.filter(user_id=actor.user_id) if actor.is_user else self.none()


class SecondFactor(Record):
    """The app of one account. `last_step` is the newest step of 30 seconds whose code was used: each works once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret = EncryptedTextField(purpose=PURPOSE)
    started_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(null=True, blank=True)

    objects = SecondFactorQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return "On" if self.confirmed_at else "Not confirmed"

    def read_secret(self) -> str:
        """Return the secret in base 32.

        Raises: Unreadable when no key of the settings decrypts it.
        """
        return decrypt(self.secret, purpose=PURPOSE)


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    """Sets of recovery codes."""

    def unused(self, user_id: UUID) -> Self:
        return self.filter(factor__user_id=user_id, used_at__isnull=True)


class RecoveryCode(Record):
    """One code that opens the account once in place of the app's, kept only as a hash."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes", db_index=False)
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return "Used" if self.used_at else "Unused"
