"""What is known about one person's attendance at one event."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from lyceum.core.models import Record
from lyceum.registrations.attendance.models.attendance_mark import AttendanceMark
from lyceum.registrations.attendance.models.attendance_record import AttendanceRecord


def is_eligible_column() -> Coalesce:
    """Return the twin of `Attendance.is_eligible` as an expression over a Registration; a test holds them together."""
    return Coalesce("attendance__override", "attendance__eligible", Value(False))


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """The rows of a set of registrations."""

    def withdraw_check_in(self, *, at: datetime) -> None:
        """Forget the check-in and what was decided with it, because the seat was given up and is taken again.

        What an organizer entered or decided by hand stays, and so does what Zoom told; the next decision counts it.
        Locks: Attendance, AttendanceRecord.
        """
        rows = list(self.values_list("registration_id", "event_id", "checked_in_at"))
        registration_ids = [registration_id for registration_id, _, _ in rows]
        AttendanceMark.objects.bulk_create(
            AttendanceMark(
                event_id=event_id,
                registration_id=registration_id,
                kind=AttendanceMark.Kind.CHECK_IN_WITHDRAWN,
                moment=at,
            )
            for registration_id, event_id, checked_in_at in rows
            if checked_in_at is not None
        )
        self.update(
            checked_in_at=None,
            checked_in_by=None,
            checked_in_where="",
            checked_out_at=None,
            attended=False,
            percent=0,
            minutes=0,
            sessions_attended=0,
            first_join_at=None,
            last_leave_at=None,
            eligible=False,
            decided_at=None,
            explanation=[],
            updated_at=at,
        )
        intervals = AttendanceRecord.objects.filter(registration__in=registration_ids)
        intervals.filter(source=AttendanceRecord.Source.CHECK_IN).delete()


class Attendance(Record):
    """What is known about one person's attendance: the check-in, what an organizer said, and the decision.

    The row is made when the first of these is known; until then `Registration.attendance_or_blank` stands for it.
    Attendance's verbs lock this row; the registration before it, and only for the notes beside what is entered by hand.
    """

    registration = models.OneToOneField(
        "registrations.Registration", on_delete=models.CASCADE, related_name="attendance"
    )
    # The registration's own event, repeated here for the index below.
    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="+", db_index=False)

    # The last check-in, and the check-out that ended it.
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    checked_in_where = models.CharField(max_length=200, blank=True)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    # Zoom's own id of this person's personal link.
    zoom_registrant_id = models.CharField(max_length=100, blank=True)

    # What the organizer entered by hand: it stands until taken back, whatever the intervals say.
    attended_by_hand = models.BooleanField(null=True, blank=True)
    percent_by_hand = models.PositiveSmallIntegerField(null=True, blank=True)
    # Not written any more: notes stand on the registration. The version before still writes it.
    notes = models.CharField(max_length=500, blank=True)

    # What the rules make of the intervals and of what was entered by hand.
    attended = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    sessions_attended = models.PositiveSmallIntegerField(default=0)
    first_join_at = models.DateTimeField(null=True, blank=True)
    last_leave_at = models.DateTimeField(null=True, blank=True)
    eligible = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    explanation = models.JSONField(default=list, blank=True)

    # The organizer's own decision, which counts instead of `eligible` wherever there is one.
    override = models.BooleanField(null=True, blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    override_reason = models.CharField(max_length=500, blank=True)
    override_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        constraints = [
            models.CheckConstraint(
                condition=Q(override__isnull=True) | ~Q(override_reason=""), name="attendance_override_says_why"
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100) & (Q(percent_by_hand__isnull=True) | Q(percent_by_hand__lte=100)),
                name="attendance_percent_at_most_100",
            ),
        ]
        indexes = [
            models.Index(
                fields=["event", "zoom_registrant_id"],
                name="attendance_zoom_registrant",
                condition=~Q(zoom_registrant_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %, {'eligible' if self.is_eligible else 'not eligible'}"

    @property
    def is_stored(self) -> bool:
        """Whether anything was known already; a row that isn't stored yet says nothing."""
        return not self._state.adding

    @property
    def is_eligible(self) -> bool:
        """The decision that counts: the organizer's override where there is one, else what the rules made of it."""
        return self.eligible if self.override is None else self.override
