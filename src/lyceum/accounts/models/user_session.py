"""Signed-in devices: one row for each sign-in, whatever tokens or cookie it uses."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from lyceum.core.actors import Actor
from lyceum.core.models import Record
from lyceum.core.networks import location_of


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    """Sets of devices."""

    def alive(self, at: datetime) -> Self:
        return self.filter(ended_at__isnull=True, expires_at__gt=at)

    def visible_to(self, actor: Actor) -> Self:
        """Return the actor's own devices; nobody, staff included, reads another's."""
        return self.filter(user_id=actor.user_id) if actor.is_user else self.none()


class UserSession(Record):
    """One device. Its id is the `sid` of its tokens; `refresh_jti` names the only refresh token that still works."""

    class Kind(models.TextChoices):
        API = "api"
        WEB = "web"

    class EndReason(models.TextChoices):
        SIGNED_OUT = "signed_out"
        TERMINATED = "terminated"
        REPLAYED = "replayed"
        PASSWORD = "password"  # noqa: S105 -- the reason "the password was changed"
        TOO_MANY = "too_many"
        DELETED = "deleted"
        VERIFIED = "verified"
        ADDRESS = "address"
        SECOND_FACTOR = "two_factor"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="device_sessions")
    kind = models.CharField(max_length=3, choices=Kind.choices, default=Kind.API)
    refresh_jti = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # Names the password it was opened with, so that a password changed by any way, also the admin's, ends it.
    auth_hash = models.CharField(max_length=128, blank=True)
    # Whether it was opened with a code beside the password; taken back when the second factor is turned off.
    with_second_factor = models.BooleanField(default=False, db_default=False)
    web_session_key = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    device_type = models.CharField(max_length=20, blank=True)
    browser = models.CharField(max_length=50, blank=True)
    os = models.CharField(max_length=50, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    last_activity_at = models.DateTimeField()
    # When the password was last given on this device; null where that was before such moments were kept.
    authenticated_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=12, choices=EndReason.choices, blank=True)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-last_activity_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="session_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "last_activity_at"], name="session_of_user", condition=Q(ended_at__isnull=True)
            ),
            models.Index(fields=["expires_at"], name="session_expiry"),
        ]

    def __str__(self) -> str:
        return self.display_device

    @property
    def display_device(self) -> str:
        """What a person recognises: "Firefox on Windows"."""
        return f"{self.browser or 'Unknown browser'} on {self.os or 'an unknown system'}"

    @property
    def display_location(self) -> str:
        """Where it was used from: the kind of network, where the address tells no more, else the address itself."""
        return location_of(self.ip_address)

    def is_alive(self, at: datetime) -> bool:
        return self.ended_at is None and self.expires_at > at

    def opens(self, at: datetime) -> bool:
        """Say whether it still lets its person in: alive, the account in use, the password the same."""
        user = self.user
        in_use = user.is_active and user.deleted_at is None
        return self.is_alive(at) and in_use and constant_time_compare(self.auth_hash, user.get_session_auth_hash())
