"""An invitation by mail to one event."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.core.models.fields import LowercaseEmailField
from lyceum.events.models.choices import InvitationSource, InvitationStatus
from lyceum.events.models.event import Event


class EventInvitation(Record):
    """One address asked to come. The mailed link's secret is kept only as a hash, made when the mail is sent."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    email = LowercaseEmailField(max_length=254, db_index=True)
    full_name = models.CharField(max_length=255, blank=True, default="")
    source = models.CharField(max_length=12, choices=InvitationSource, default=InvitationSource.MANUAL)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=InvitationStatus, default=InvitationStatus.PENDING)
    token_hash = models.CharField(max_length=64, blank=True, default="")
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    # The registration lives in a higher app, so its id is kept without a foreign key.
    registration_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "email"], name="invitation_event_email_unique"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="invitation_token_unique"),
            models.CheckConstraint(condition=Q(status__in=InvitationStatus.values), name="invitation_status_known"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
