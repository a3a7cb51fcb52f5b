"""What a meeting told, as it arrived; everything else about attendance is made of it."""

from __future__ import annotations

from django.db import models

from lyceum.core.models import Record


class AttendanceMark(Record):
    """One thing that a meeting told, once: that it began or ended, or that a connection came or went.

    Never rewritten; the intervals are made of the marks, from scratch.
    """

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
