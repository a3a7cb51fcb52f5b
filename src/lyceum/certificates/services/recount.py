"""Making each event's counter of certificates say what the rows say: those that stand, neither revoked nor deleted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from lyceum.certificates.models import Certificate
from lyceum.events.models import Event
from lyceum.events.services.locking import lock_event
from lyceum.events.services.portions import portions_of_events

log = logging.getLogger(__name__)


def recount_certificates(at: datetime) -> int:
    """Correct the counter of certificates wherever it differs from the rows; return at how many events it was wrong."""
    return sum(_recount(pk) for pk in _differing())


@transaction.atomic
def _recount(event_id: UUID) -> bool:
    """Set an event's counter from the rows; say whether it was wrong.

    Locks: Event.
    """
    event = lock_event(event_id)
    number = _standing().filter(event=event).count()
    if event.certificate_count == number:
        return False
    Event.all_objects.filter(pk=event_id).update(certificate_count=number)
    log.error("certificate_counter_was_wrong", extra={"event": str(event_id)})
    return True


def _standing() -> QuerySet[Certificate]:
    return Certificate.objects.filter(status=Certificate.Status.ISSUED)


def _differing() -> Iterator[UUID]:
    for events in portions_of_events("certificate_count"):
        counted = dict(
            _standing().filter(event__in=events).order_by().values_list("event").annotate(number=Count("pk"))
        )
        yield from (pk for pk, row in events.items() if row["certificate_count"] != counted.get(pk, 0))
