"""One timed part of an event."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from lyceum.core.models import Record
from lyceum.events.models.choices import SessionStatus
from lyceum.events.models.event import Event
from lyceum.events.models.meeting import Meeting
from lyceum.events.rules.places import in_public


class SessionQuerySet(models.QuerySet["EventSession"]):
    def counting(self) -> SessionQuerySet:
        """Keep the sessions that count: cancelled ones leave every total."""
        return self.exclude(status=SessionStatus.CANCELLED)

    def settling(self) -> SessionQuerySet:
        """Keep those whose attendance is decided soon, once late reports have had their time."""
        return self.counting().filter(settle_at__isnull=False, settled_at__isnull=True)

    def with_meetings(self) -> SessionQuerySet:
        """Fetch what `EventSession.online` reads, in the same query."""
        return self.select_related("meeting", "event__meeting")


class EventSession(Record):
    """A session; an event with one part has exactly one, the implicit one, which mirrors the event's times."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True, default="")
    speaker = models.CharField(max_length=200, blank=True, default="")
    # In public. The link to a session stands in its meeting.
    room = models.CharField(max_length=500, blank=True, default="")
    session_number = models.PositiveIntegerField()
    order = models.PositiveIntegerField(default=0)
    is_implicit = models.BooleanField(default=False)

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duration_minutes = models.PositiveSmallIntegerField()
    actual_started_at = models.DateTimeField(null=True, blank=True)
    actual_ended_at = models.DateTimeField(null=True, blank=True)
    # When the organizer ended it, which may be early: nothing after this counts.
    ended_by_hand_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.SCHEDULED)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.TextField(max_length=2000, blank=True, default="")

    cpd_credit_value_override = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    minimum_attendance_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    attendance_count = models.PositiveIntegerField(default=0)
    settle_at = models.DateTimeField(null=True, blank=True, db_index=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "session_number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "session_number"], name="session_number_unique"),
            models.UniqueConstraint(fields=["event"], condition=Q(is_implicit=True), name="session_one_implicit"),
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=15, duration_minutes__lte=480), name="session_duration_range"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cpd_credit_value_override__isnull=True)
                | Q(cpd_credit_value_override__gte=0, cpd_credit_value_override__lte=100),
                name="session_credits_range",
            ),
            models.CheckConstraint(
                condition=Q(minimum_attendance_percent__isnull=True) | Q(minimum_attendance_percent__lte=100),
                name="session_threshold_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_number}. {self.title}"

    @property
    def counts_until(self) -> datetime:
        """Until when being there counts: its scheduled end, or when the organizer ended it, if that was earlier."""
        return self.ends_at if self.ended_by_hand_at is None else min(self.ends_at, self.ended_by_hand_at)

    @property
    def online(self) -> Meeting:
        """Where the session meets online: its own meeting; for the implicit session without one, its event's."""
        try:
            return self.meeting
        except Meeting.DoesNotExist:
            return self.event.online if self.is_implicit else Meeting()

    @property
    def public_room(self) -> str:
        """The room as visitors read it, who never get a link from it."""
        return in_public(self.room)
