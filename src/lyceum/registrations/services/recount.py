"""Making the counters say what the rows say. They move with every verb; this finds what a fault left behind."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from lyceum.events.models import Event, TicketType
from lyceum.events.services.locking import lock_event
from lyceum.events.services.portions import portions_of_events
from lyceum.registrations.models import Registration
from lyceum.registrations.services.seats import lock_ticket_types

log = logging.getLogger(__name__)
Status = Registration.Status
_SEATED = Q(status__in=Registration.SEATED)
_COUNTS = {
    "seats_taken": Count("pk", filter=_SEATED),
    "waitlist_count": Count("pk", filter=Q(status=Status.WAITLISTED)),
    "registration_count": Count("pk", filter=_SEATED | Q(status=Status.NO_SHOW)),
}


@transaction.atomic
def recount_seats(*, event_id: UUID) -> bool:
    """Set an event's counters, and its ticket types', from the rows.

    Locks: Event, TicketType.
    Returns: whether anything was wrong.
    """
    event = lock_event(event_id)
    counted = Registration.objects.filter(event=event).aggregate(**_COUNTS)
    wrong = {name: number for name, number in counted.items() if getattr(event, name) != number}
    if wrong:
        Event.all_objects.filter(pk=event.pk).update(**wrong)
    sold = dict(
        Registration.objects.filter(_SEATED, event=event)
        .order_by()
        .values_list("ticket_type")
        .annotate(number=Count("pk"))
    )
    for pk, ticket in lock_ticket_types(event).items():
        if ticket.sold != sold.get(pk, 0):
            TicketType.objects.filter(pk=pk).update(sold=sold.get(pk, 0))
            wrong[f"sold {pk}"] = sold.get(pk, 0)
    if wrong:
        log.error("registration_counters_were_wrong", extra={"event": str(event_id), "counters": sorted(wrong)})
    return bool(wrong)


def recount_events(at: datetime) -> int:
    """Recount every event whose counters differ from its rows, in whatever state it is; return how many were wrong.

    Those that are right cost their share of three queries for some hundred events, and no lock.
    """
    return sum(recount_seats(event_id=pk) for pk in _differing())


def _differing() -> Iterator[UUID]:
    for events in portions_of_events(*_COUNTS):
        rows = Registration.objects.filter(event__in=events).order_by()
        grouped = rows.values("event").annotate(**_COUNTS).values_list("event", *_COUNTS)
        counted = {event_id: dict(zip(_COUNTS, numbers, strict=True)) for event_id, *numbers in grouped}
        none = dict.fromkeys(_COUNTS, 0)
        wrong = {pk for pk, counters in events.items() if counters != counted.get(pk, none)}
        sold = dict(rows.filter(_SEATED).values_list("ticket_type").annotate(number=Count("pk")))
        tickets = TicketType.objects.filter(event__in=events).order_by().values_list("pk", "event", "sold")
        wrong |= {event_id for pk, event_id, number in tickets.iterator() if number != sold.get(pk, 0)}
        yield from sorted(wrong)
