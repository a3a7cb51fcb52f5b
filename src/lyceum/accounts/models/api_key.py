"""Keys for programs that act for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from lyceum.core.actors import Actor
from lyceum.core.models import Record


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Sets of keys."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the actor's own keys that were not revoked; the system sees everybody's."""
        usable = self.filter(revoked_at__isnull=True)
        if actor.is_system:
            return usable
        return usable.filter(user_id=actor.user_id) if actor.is_user else self.none()


class ApiKey(Record):
    """One key, shown once and stored as a hash. `prefix` is its readable beginning, to tell keys apart."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at
