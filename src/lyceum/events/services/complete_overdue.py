"""Ending what its organizer forgot to end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.events.models import Event
from lyceum.events.models.choices import EventStatus
from lyceum.events.services.lifecycle import make_completed
from lyceum.events.services.locking import change_status

# Nobody has ended an event by so long after its scheduled end: it completes by itself.
GRACE = timedelta(minutes=30)
RUNNING = (EventStatus.PUBLISHED, EventStatus.LIVE)
BATCH = 200


def complete_overdue_events(at: datetime) -> int:
    """Complete every event whose end is half an hour past, each in its own transaction; return how many."""
    overdue = Event.objects.filter(status__in=RUNNING, ends_at__lte=at - GRACE)
    found = list(overdue.order_by("ends_at").values_list("pk", flat=True)[:BATCH])
    return sum(_complete(event_id, at) for event_id in found)


@transaction.atomic
def _complete(event_id: UUID, at: datetime) -> bool:
    event = Event.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=event_id).first()
    # Somebody else may have ended or moved it since it was found.
    if event is None or event.status not in RUNNING or event.ends_at > at - GRACE:
        return False
    actor = Actor.system()
    started = event.status == EventStatus.LIVE
    if not started:
        change_status(event, "start", actor=actor, at=at, reason="Nobody started it.")
    make_completed(event, actor=actor, at=at, ended_at=event.ends_at if started else None)
    return True
