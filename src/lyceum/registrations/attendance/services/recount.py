"""Making the counters of who attended say what the rows say. Each decision moves them; this finds what a fault left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from lyceum.events.models import Event, EventSession
from lyceum.events.services.portions import portions_of_events
from lyceum.registrations.attendance.services.decide import count_attendance
from lyceum.registrations.attendance.services.locking import lock_event_rules
from lyceum.registrations.models import Registration, SessionAttendance

log = logging.getLogger(__name__)
Counters = tuple[int, dict[UUID, int]]


def recount_attendance(at: datetime) -> int:
    """Recount who attended wherever the counters differ from the rows; return at how many events they were wrong."""
    return sum(_recount(pk) for pk in _differing())


@transaction.atomic
def _recount(event_id: UUID) -> bool:
    """Set the counters of an event and its sessions from the rows; say whether any was wrong.

    Locks: Event, EventSession.
    """
    rules = lock_event_rules(event_id)
    before = _counters(event_id)
    count_attendance(rules)
    wrong = _counters(event_id) != before
    if wrong:
        log.error("attendance_counters_were_wrong", extra={"event": str(event_id)})
    return wrong


def _counters(event_id: UUID) -> Counters:
    sessions = EventSession.objects.filter(event_id=event_id).values_list("pk", "attendance_count")
    return Event.all_objects.values_list("attendance_count", flat=True).get(pk=event_id), dict(sessions)


def _differing() -> Iterator[UUID]:
    for events in portions_of_events("attendance_count"):
        there = Registration.objects.confirmed().filter(event__in=events, attendance__attended=True).order_by()
        counted = dict(there.values_list("event").annotate(number=Count("pk")))
        wrong = {pk for pk, row in events.items() if row["attendance_count"] != counted.get(pk, 0)}
        parts = SessionAttendance.objects.filter(
            session__event__in=events, attended=True, registration__status=Registration.Status.CONFIRMED
        ).order_by()
        in_sessions = dict(parts.values_list("session").annotate(number=Count("pk")))
        sessions = EventSession.objects.counting().filter(event__in=events).order_by()
        for pk, event_id, number in sessions.values_list("pk", "event", "attendance_count").iterator():
            if number != in_sessions.get(pk, 0):
                wrong.add(event_id)
        yield from sorted(wrong)
