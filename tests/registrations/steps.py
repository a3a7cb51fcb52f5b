"""What the tests of places do again and again."""

from typing import Any
from uuid import UUID

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.events.models import Event
from lyceum.registrations.models import Registration
from lyceum.registrations.services.register import Registered, register

ANYBODY = Actor.anonymous()


def join(event: Event, email: str, **more: Any) -> Registered:
    """Register a guest."""
    more.setdefault("at", clock.now())
    return register(event_id=event.pk, actor=ANYBODY, email=email, full_name="Guest", **more)


def states(event: Event) -> dict[str, str]:
    """Return address → status of every row."""
    return dict(Registration.all_objects.filter(event=event).order_by("email").values_list("email", "status"))


def queue(event: Event) -> list[str]:
    """Return the waiting addresses, in order."""
    return list(Registration.objects.waiting().filter(event=event).values_list("email", flat=True))


def counters(event: Event) -> tuple[int, int, int]:
    """Return (seats taken, waiting, sold default tickets)."""
    event.refresh_from_db()
    sold = event.ticket_types.get(is_default=True).sold
    return event.seats_taken, event.waitlist_count, sold


def register_url(event_id: UUID | str) -> str:
    return f"/api/v1/public/events/{event_id}/register/"
