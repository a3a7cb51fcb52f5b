"""Places, and the events they are at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from lyceum.core import clock
from lyceum.events.models import Event, EventCustomField, EventSession, TicketType
from lyceum.registrations.models import Attendance, Registration
from tests.factories.accounts import OrganizerFactory
from tests.factories.events import with_meeting


def in_days(days: float) -> datetime:
    return clock.now().replace(microsecond=0) + timedelta(days=days)


class OpenEventFactory(factory.django.DjangoModelFactory[Event]):
    """A published event in thirty days, with its default ticket and its one session; anybody may register."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    owner = factory.SubFactory(OrganizerFactory)
    title = "Wound care today"
    slug = factory.Sequence(lambda number: f"wound-care-{number}")
    status = "published"
    starts_at = factory.LazyFunction(lambda: in_days(30))
    duration_minutes = 60
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(minutes=row.duration_minutes))
    capacity = None
    waitlist_enabled = False

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        event: Event = with_meeting(model_class, kwargs, whose="event")
        return event

    @factory.post_generation
    def parts(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        TicketType.objects.create(
            event=self, name="Standard", is_default=True, currency=self.currency, price_minor=self.price_minor
        )
        EventSession.objects.create(
            event=self,
            title=self.title,
            session_number=1,
            is_implicit=True,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            duration_minutes=self.duration_minutes,
        )


class QuestionFactory(factory.django.DjangoModelFactory[EventCustomField]):
    class Meta:
        model = EventCustomField

    event = factory.SubFactory(OpenEventFactory)
    label = "Your licence number"
    field_type = "text"


class RegistrationFactory(factory.django.DjangoModelFactory[Registration]):
    """A guest's confirmed place. The event's counters follow only where a service made the row."""

    class Meta:
        model = Registration
        skip_postgeneration_save = True

    event = factory.SubFactory(OpenEventFactory)
    ticket_type = factory.LazyAttribute(lambda row: row.event.ticket_types.get(is_default=True))
    email = factory.Sequence(lambda number: f"guest{number}@example.org")
    full_name = factory.Sequence(lambda number: f"Guest {number}")
    status = "confirmed"
    held_until = factory.LazyAttribute(lambda row: in_days(1 / 48) if row.status == "pending" else None)
    registered_at = factory.Sequence(lambda number: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number))

    acknowledged_at = factory.LazyAttribute(lambda row: row.registered_at if getattr(row, "user", None) else None)

    @factory.post_generation
    def attendance(self: Any, create: bool, extracted: Any, **known: Any) -> None:
        """Make the attendance row where something is known: `RegistrationFactory(attendance__attended=True)`."""
        if known:
            Attendance.objects.create(registration_id=self.pk, event_id=self.event_id, **known)
