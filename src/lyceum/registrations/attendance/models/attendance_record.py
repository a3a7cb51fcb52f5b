"""One interval in which somebody was there, made of the marks."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lyceum.core.actors import Actor
from lyceum.core.models import Record
from lyceum.core.models.fields import LowercaseEmailField
from lyceum.core.ownership import managed_by


class AttendanceRecordQuerySet(models.QuerySet["AttendanceRecord"]):
    def managed_by(self, actor: Actor) -> Self:
        """Return the intervals of the events that this actor may manage."""
        return self.filter(managed_by(actor, "event__owner"))

    def of_own_meetings(self) -> Self:
        """Keep what no meeting told, and of the meetings those that belong to the event's own organizer.

        Whose a Zoom account is may turn out later: then nobody else sees who was in its meetings.
        """
        return self.filter(Q(meeting_host__isnull=True) | Q(meeting_host__owner=F("event__owner")))

    def unmatched(self) -> Self:
        """Return what waits for a person to say whose it is. A meeting's host is nobody's attendance."""
        return self.filter(registration__isnull=True, is_host=False)


class AttendanceRecord(Record):
    """One interval in which somebody was there: by Zoom, by a check-in, or by hand.

    Marks are never rewritten; an interval is made anew from them, so its row may change. Either end may be unknown;
    an unknown start counts for nothing.
    """

    class Source(models.TextChoices):
        ZOOM = "zoom"
        CHECK_IN = "check_in"
        MANUAL = "manual"

    event = models.ForeignKey(
        "events.Event", on_delete=models.PROTECT, related_name="attendance_records", db_index=False
    )
    # Null where one meeting or one check-in covers the whole event.
    session = models.ForeignKey(
        "events.EventSession", null=True, blank=True, on_delete=models.PROTECT, related_name="attendance_records"
    )
    registration = models.ForeignKey(
        "registrations.Registration",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attendance_records",
    )
    # Who hosted the meeting in Zoom; null for what no meeting told, and for what is older than this column.
    meeting_host = models.ForeignKey(
        "events.MeetingHost", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.ZOOM)
    meeting_uuid = models.CharField(max_length=100, blank=True)
    participant_key = models.CharField(max_length=110)
    zoom_user_id = models.CharField(max_length=64, blank=True)
    zoom_participant_id = models.CharField(max_length=100, blank=True)
    zoom_registrant_id = models.CharField(max_length=100, blank=True)
    participant_email = LowercaseEmailField(max_length=254, blank=True)
    participant_name = models.CharField(max_length=255, blank=True)
    is_host = models.BooleanField(default=False)

    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # True when no leave event came and the end was taken from the meeting's own.
    left_inferred = models.BooleanField(default=False)

    matched_at = models.DateTimeField(null=True, blank=True)
    matched_manually = models.BooleanField(default=False)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # When a person took a match back: it waits for a person again, and nothing matches it by itself any more.
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceRecordQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "meeting_uuid", "participant_key", "joined_at"], name="attendance_record_join_once"
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
                name="attendance_record_left_after_joined",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["zoom", "check_in", "manual"]), name="attendance_record_source_known"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "participant_email"], name="attendance_record_email"),
            models.Index(
                fields=["event", "joined_at"],
                name="attendance_record_unmatched",
                condition=Q(registration__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_name or self.participant_email or self.participant_key} ({self.source})"

    @property
    def is_matched(self) -> bool:
        return self.registration_id is not None

    @property
    def duration_minutes(self) -> int | None:
        """The interval's own length, whatever the session's times; None while an end is unknown."""
        if self.joined_at is None or self.left_at is None:
            return None
        return round((self.left_at - self.joined_at).total_seconds() / 60)
