"""What an event wishes for its recordings."""

from django.db import models
from django.db.models import Q

from lyceum.core.models import Record


class RecordingAccess(models.TextChoices):
    """Who may watch an event's recordings."""

    REGISTRANTS = "registrants"
    ATTENDEES = "attendees"
    CERTIFICATE_HOLDERS = "certificate_holders"
    PUBLIC = "public"


class EventRecordingSettings(Record):
    """Whether an event is recorded, and what becomes of the recordings. No row means the defaults."""

    event = models.OneToOneField("events.Event", on_delete=models.CASCADE, related_name="recording_settings")
    recording_enabled = models.BooleanField(default=True)
    auto_publish_recordings = models.BooleanField(default=False)
    recording_access_level = models.CharField(
        max_length=20, choices=RecordingAccess, default=RecordingAccess.REGISTRANTS
    )

    class Meta:
        verbose_name_plural = "event recording settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(recording_access_level__in=RecordingAccess.values), name="recording_access_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)
