"""Rows to measure on, made in a process of their own: `python -m bench.seed NAME [arguments]` prints JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django is set up first
from django.db.models import F, Min  # noqa: E402 -- as above

from bench.sql import Watch  # noqa: E402 -- as above
from lyceum.accounts.models import User  # noqa: E402 -- as above
from lyceum.accounts.services.sign_in import sign_in  # noqa: E402 -- as above
from lyceum.core.actors import Actor  # noqa: E402 -- as above
from lyceum.core.clock import real_now  # noqa: E402 -- as above
from lyceum.core.ids import new_id  # noqa: E402 -- as above
from lyceum.core.ledger import drain  # noqa: E402 -- as above
from lyceum.core.models import Delivery, Fact  # noqa: E402 -- as above
from lyceum.events.models import Event, TicketType  # noqa: E402 -- as above
from lyceum.integrations.inbound.models import InboundDelivery  # noqa: E402 -- as above
from lyceum.registrations.models import Attendance, Registration  # noqa: E402 -- as above
from lyceum.registrations.services.register import register  # noqa: E402 -- as above

BATCH = 2000


def organizer() -> User:
    """Return the bench's organizer."""
    user = User.objects.filter(email="organizer@bench.example").first()
    return user or User.objects.create(
        email="organizer@bench.example",
        first_name="Bench",
        last_name="Organizer",
        full_name="Bench Organizer",
        is_organizer=True,
        email_verified_at=datetime.now(UTC),
    )


def _event(number: int, owner: User, **columns: Any) -> Event:
    starts = datetime.now(UTC) + timedelta(days=10, minutes=number % 100_000)
    values: dict[str, Any] = {
        "owner": owner,
        "title": f"Bench event {number} on {'wound care' if number % 50 == 0 else 'practice'}",
        "slug": f"bench-event-{number}",
        "description": "What the newest guidance changes, with cases. " * 5,
        "event_type": ["workshop", "webinar", "lecture"][number % 3],
        "visibility": "public",
        "status": "published",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
        "duration_minutes": 60,
        "timezone": "Europe/Berlin",
        "published_at": datetime.now(UTC),
    }
    return Event(**(values | columns))


def _write(events: Iterator[Event]) -> None:
    while batch := list(islice(events, BATCH)):
        Event.objects.bulk_create(batch)
        TicketType.objects.bulk_create(TicketType(event=event, name="Place", is_default=True) for event in batch)


def hot_event(capacity: str, waitlist: str) -> dict[str, Any]:
    """One published event that everybody wants."""
    seats = int(capacity) or None
    event = _event(0, organizer(), capacity=seats, waitlist_enabled=waitlist == "1", slug=f"hot-{new_id()}")
    _write(iter([event]))
    return {"event": str(event.pk), "slug": event.slug}


def events(count: str, start: str = "0") -> dict[str, Any]:
    """So many published events."""
    owner = organizer()
    _write(_event(number, owner) for number in range(int(start), int(start) + int(count)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return {"slug": f"bench-event-{int(start) + int(count) // 2}"}


def counts(event: str) -> dict[str, Any]:
    """What is written for an event."""
    row = Event.objects.get(pk=event)
    places = Registration.all_objects.filter(event_id=event)
    waiting = list(places.filter(status="waitlisted").order_by("waitlist_sequence").values_list("waitlist_sequence"))
    return {
        "registrations": places.count(),
        "confirmed": places.filter(status="confirmed").count(),
        "waitlisted": len(waiting),
        "sequences_distinct": len(set(waiting)),
        "emails": places.values("email").distinct().count(),
        "seats_taken": row.seats_taken,
        "facts": Fact.objects.filter(about_id__in=places.values("pk")).count(),
        "deliveries": Delivery.objects.filter(fact__about_id__in=places.values("pk")).count(),
    }


def statements(event: str) -> dict[str, Any]:
    """Register one person and return the writes, so that a driver can replay them."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        place = register(
            event_id=Event.objects.get(pk=event).pk,
            actor=Actor.anonymous(),
            email="watched@bench.example",
            full_name="Wanda Watched",
            at=datetime.now(UTC),
        )
    row = Registration.objects.get(pk=place.registration.pk)
    keys = {row.pk, *Fact.objects.filter(about_id=row.pk).values_list("pk", flat=True)}
    keys |= set(Delivery.objects.filter(fact__about_id=row.pk).values_list("pk", flat=True))
    return {
        "writes": [[item.sql, [_portable(value) for value in item.parameters]] for item in watch.statements],
        "fresh": [str(key) for key in keys],
        "email": row.email,
        "code": row.check_in_code,
    }


def registrations(event: str, count: str) -> dict[str, Any]:
    """So many confirmed places."""
    ticket, now = TicketType.objects.get(event_id=event), datetime.now(UTC)
    rows = (
        Registration(
            event_id=event,
            ticket_type=ticket,
            email=f"reg{number}@bench.example",
            full_name=f"Person Number {number}",
            status="confirmed",
            registered_at=now,
        )
        for number in range(int(count))
    )
    while batch := list(islice(rows, BATCH)):
        made = Registration.objects.bulk_create(batch)
        Attendance.objects.bulk_create(
            Attendance(registration_id=row.pk, event_id=event, attended=True, eligible=True) for row in made
        )
    Event.objects.filter(pk=event).update(seats_taken=F("seats_taken") + int(count))
    return {}


def crowd(event: str, count: str, name: str) -> dict[str, Any]:
    """So many registrations whose consequences nobody may begin yet."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for number in range(int(count)):
        register(
            event_id=UUID(event),
            actor=Actor.anonymous(),
            email=f"{name}{number}@bench.example",
            full_name=f"Person Number {number}",
            at=tomorrow,
        )
    return {}


def begin() -> dict[str, Any]:
    """Let the workers begin with what the crowd's registrations led to."""
    begun = time.time()
    Delivery.objects.filter(status="pending").update(due_at=datetime.now(UTC))
    return {"begun": begun}


def first_begun(since: str) -> dict[str, Any]:
    """Say when a worker began with the first of what was let go since then (seconds since 1970)."""
    rows = Delivery.objects.filter(done_at__gte=datetime.fromtimestamp(float(since), UTC))
    first: datetime = rows.aggregate(first=Min("done_at"))["first"]
    return {"begun": first.timestamp()}


def inbox() -> dict[str, Any]:
    """Do what is due, then count the inbox."""
    drain(limit=10_000)
    rows = InboundDelivery.objects.all()
    return {"stored": rows.count(), "finished": rows.filter(due_at__isnull=True).count()}


def token() -> dict[str, Any]:
    """Sign the bench's organizer in."""
    user = organizer()
    password = "a bench passphrase, long"
    user.set_password(password)
    user.save(update_fields=["password"])
    signed_in = sign_in(
        email=user.email, password="a bench passphrase, long", address="127.0.0.1", user_agent="bench", at=real_now()
    )
    return {"access": signed_in.access}


def _portable(value: Any) -> Any:
    obj = getattr(value, "obj", None)
    if obj is not None:
        return {"json": obj}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"uuid": str(value)} if value.__class__.__name__ == "UUID" else value


SEEDS: dict[str, Callable[..., dict[str, Any]]] = {
    seed.__name__: seed
    for seed in (hot_event, events, counts, statements, registrations, crowd, begin, first_begun, inbox, token)
}

if __name__ == "__main__":
    print(json.dumps(SEEDS[sys.argv[1]](*sys.argv[2:])))
