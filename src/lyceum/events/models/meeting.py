"""Where an event, or one of its sessions, meets online."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record


class Provider(models.TextChoices):
    """Who runs the meeting."""

    ZOOM = "zoom"


class Meeting(Record):
    """The online meeting of one event, or of one session that has a meeting of its own.

    No row means that nothing has been entered. The implicit session of an event meets where its event does.
    """

    event = models.OneToOneField("events.Event", on_delete=models.CASCADE, null=True, blank=True)
    session = models.OneToOneField("events.EventSession", on_delete=models.CASCADE, null=True, blank=True)
    provider = models.CharField(max_length=20, choices=Provider, default=Provider.ZOOM)
    # The organizer's wish that the provider makes the meeting.
    enabled = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)
    number = models.CharField(max_length=20, blank=True, default="", db_index=True)
    # When the number was entered here. What the vendor told before is never taken in.
    claimed_at = models.DateTimeField(null=True, blank=True)
    # A recurring meeting keeps its number; each time that it is held has an id of its own.
    occurrence_id = models.CharField(max_length=100, blank=True, default="")
    join_url = models.URLField(max_length=1000, blank=True, default="")
    host_url = models.URLField(max_length=1000, blank=True, default="")
    passcode = models.CharField(max_length=64, blank=True, default="")
    # When it was last begun so early that it was a rehearsal.
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    # What went wrong with the meeting, in words for its organizer.
    error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, session__isnull=True) | Q(event__isnull=True, session__isnull=False),
                name="meeting_of_event_or_session",
            ),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="meeting_provider_known"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} meeting {self.number}".strip()
