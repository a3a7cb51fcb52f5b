"""What is known about who was there: marks as they arrived, intervals made of them, and each session's sum."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lyceum.core.actors import Actor
from lyceum.core.fields import LowercaseEmailField
from lyceum.core.models import Record


class AttendanceMark(Record):
    """One thing that a meeting told us, once. Never changed; the intervals are made from these from scratch."""

    class Kind(models.TextChoices):
        MEETING_STARTED = "meeting_started"
        MEETING_ENDED = "meeting_ended"
        JOINED = "joined"
        LEFT = "left"
        PUT_IN_WAITING_ROOM = "put_in_waiting_room"
        ADMITTED = "admitted"

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey("events.EventSession", null=True, on_delete=models.PROTECT, related_name="+")
    meeting_uuid = models.CharField(max_length=100, blank=True)
    # Blank for what concerns the whole meeting.
    participant_key = models.CharField(max_length=110, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    moment = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "meeting_uuid", "participant_key", "kind", "moment"], name="attendance_mark_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.moment:%H:%M:%S}"


class AttendanceRecordQuerySet(models.QuerySet["AttendanceRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the intervals of the events that this actor runs; staff and the system see all."""
        if actor.is_system or actor.is_staff:
            return self
        return self.filter(event__owner_id=actor.user_id) if actor.is_user else self.none()

    def unmatched(self) -> Self:
        """Return what waits for a person to say whose it is. A meeting's host is nobody's attendance."""
        return self.filter(registration__isnull=True, is_host=False)


class AttendanceRecord(Record):
    """One stretch of somebody's presence. Either end may be unknown; an unknown start counts for nothing."""

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
        """The stretch's own length, whatever the session's times; None while an end is unknown."""
        if self.joined_at is None or self.left_at is None:
            return None
        return round((self.left_at - self.joined_at).total_seconds() / 60)


class SessionAttendance(Record):
    """What one person's intervals add up to in one session."""

    registration = models.ForeignKey(
        "registrations.Registration", on_delete=models.CASCADE, related_name="session_attendance", db_index=False
    )
    session = models.ForeignKey("events.EventSession", on_delete=models.PROTECT, related_name="attendance")
    attended = models.BooleanField(default=False)
    first_join_at = models.DateTimeField(null=True, blank=True)
    last_leave_at = models.DateTimeField(null=True, blank=True)
    attended_seconds = models.PositiveIntegerField(default=0)
    total_attendance_minutes = models.PositiveIntegerField(default=0)
    attendance_percent = models.PositiveSmallIntegerField(default=0)
    attendance_override = models.BooleanField(null=True, blank=True)
    attendance_override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    attendance_override_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "session"], name="session_attendance_once"),
            models.CheckConstraint(
                condition=Q(attendance_percent__lte=100), name="session_attendance_percent_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total_attendance_minutes} min"
