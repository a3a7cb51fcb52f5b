"""What was told about attendance, as it came: by a meeting, at a door, or by the organizer. All else is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.core.models.fields import LowercaseEmailField

# What of a mark belongs to a person, and is taken off when they are erased.
PERSONAL: Final = frozenset({"participant_email", "participant_name", "zoom_registrant_id", "words", "made_by"})


class AttendanceMarkQuerySet(models.QuerySet["AttendanceMark"]):
    """Marks are added and read. Nothing changes them but the erasure of a person."""

    def update(self, **columns: Any) -> int:
        """Erase personal columns; anything else is refused."""
        if not columns.keys() <= PERSONAL | {"updated_at"} or any(columns[name] for name in columns.keys() & PERSONAL):
            _refuse()
        return super().update(**columns)

    def bulk_update(self, objs: Iterable[AttendanceMark], fields: Iterable[str], batch_size: int | None = None) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()


class AttendanceMark(Record):
    """One thing that was told about attendance, once: by a meeting, at the door, or by the organizer.

    Only added, never rewritten: whatever is stored beside it can be made anew from the marks of an event.
    """

    class Kind(models.TextChoices):
        # Of a meeting, or of one connection to it.
        MEETING_STARTED = "meeting_started"
        MEETING_ENDED = "meeting_ended"
        JOINED = "joined"
        LEFT = "left"
        PUT_IN_WAITING_ROOM = "put_in_waiting_room"
        ADMITTED = "admitted"
        # Who a connection is, as far as a delivery said.
        IDENTIFIED = "identified"
        # Whose a connection is; without a registration, a person has taken that back.
        MATCHED = "matched"
        # Zoom's own id of a registration's personal link; blank when Zoom took it back.
        REGISTRANT = "registrant"
        # At the door. Without a session it counts for the whole event.
        CHECKED_IN = "checked_in"
        CHECKED_OUT = "checked_out"
        CHECK_IN_WITHDRAWN = "check_in_withdrawn"
        # What an organizer said; without an answer, they took it back.
        ENTERED = "entered"
        OVERRIDDEN = "overridden"
        SESSION_OVERRIDDEN = "session_overridden"

    # Asked by whatever writes rows without their own methods.
    append_only = True
    # Told of moments, in any order and again; the others are told once each, in the order of their keys.
    OF_MEETINGS = (
        Kind.MEETING_STARTED,
        Kind.MEETING_ENDED,
        Kind.JOINED,
        Kind.LEFT,
        Kind.PUT_IN_WAITING_ROOM,
        Kind.ADMITTED,
    )
    OF_PEOPLE = (
        Kind.REGISTRANT,
        Kind.CHECKED_IN,
        Kind.CHECKED_OUT,
        Kind.CHECK_IN_WITHDRAWN,
        Kind.ENTERED,
        Kind.OVERRIDDEN,
        Kind.SESSION_OVERRIDDEN,
    )

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey("events.EventSession", null=True, on_delete=models.PROTECT, related_name="+")
    meeting_uuid = models.CharField(max_length=100, blank=True)
    # Of a connection, as the delivery named it; blank for what concerns the whole meeting, or a registration.
    participant_key = models.CharField(max_length=110, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    moment = models.DateTimeField()

    registration = models.ForeignKey(
        "registrations.Registration", null=True, blank=True, on_delete=models.PROTECT, related_name="attendance_marks"
    )
    # Null for what nobody did by hand.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Attended, eligible, or matched by hand: yes, no, or taken back.
    answer = models.BooleanField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    # Where somebody checked in, or what the organizer wrote.
    words = models.CharField(max_length=500, blank=True, default="", db_default="")

    meeting_host = models.ForeignKey(
        "events.MeetingHost", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_host = models.BooleanField(default=False, db_default=False)
    zoom_user_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    zoom_participant_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    zoom_registrant_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    participant_email = LowercaseEmailField(max_length=254, blank=True, default="", db_default="")
    participant_name = models.CharField(max_length=255, blank=True, default="", db_default="")

    objects = AttendanceMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "meeting_uuid", "participant_key", "kind", "moment"],
                condition=Q(
                    kind__in=[
                        "meeting_started",
                        "meeting_ended",
                        "joined",
                        "left",
                        "put_in_waiting_room",
                        "admitted",
                    ]
                ),
                name="attendance_mark_told_once",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "meeting_uuid", "participant_key"], name="attendance_mark_connection"),
            models.Index(
                fields=["event", "meeting_uuid"], condition=Q(kind="identified"), name="attendance_mark_identified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.moment:%H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it. What is stored is never saved again."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse()


def _refuse() -> NoReturn:
    raise TypeError("Marks of attendance are only added: say what has changed with another mark.")
