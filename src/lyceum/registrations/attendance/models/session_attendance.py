"""What one person's intervals add up to in one session."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.models import Record


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
