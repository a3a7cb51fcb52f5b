"""Events for tests: one call makes an event with its session and its default ticket type."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import factory

from lyceum.events.models import (
    Event,
    EventCustomField,
    EventInvitation,
    EventReminder,
    EventSession,
    Meeting,
    MeetingNumber,
    TicketType,
)
from lyceum.events.models.choices import EventStatus, FieldType, ReminderType
from lyceum.events.services.meetings import EVENT_KEYS
from tests.factories.accounts import OrganizerFactory

# Far ahead, so that the real clock of API tests never reaches it.
STARTS_AT = datetime(2040, 6, 4, 9, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2026, 1, 2, tzinfo=UTC)
MEETING_KEYS = {
    **EVENT_KEYS,
    "zoom_meeting_uuid": "occurrence_id",
    "zoom_host_url": "host_url",
    "zoom_passcode": "passcode",
    "zoom_error": "error",
}


def with_meeting(model: Any, values: dict[str, Any], *, whose: str) -> Any:
    """Make a row, and its meeting from the values that the API would know as `zoom_…`."""
    meeting = {column: values.pop(name) for name, column in MEETING_KEYS.items() if name in values}
    row = model.objects.create(**values)
    if any(meeting.values()):
        Meeting.objects.create(**{whose: row}, **meeting, claimed_at=PUBLISHED_AT)
        owner_id = row.owner_id if whose == "event" else row.event.owner_id
        hold_number(meeting.get("number", ""), owner_id)
    return row


def hold_number(number: str, owner_id: UUID) -> None:
    """Make a meeting's number an organizer's, unless it is somebody's already."""
    if number:
        MeetingNumber.objects.get_or_create(number=number, defaults={"owner_id": owner_id, "since": PUBLISHED_AT})


class BareEventFactory(factory.django.DjangoModelFactory[Event]):
    """Only the event's row, and that of its meeting if one is given."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    owner = factory.SubFactory(OrganizerFactory)
    title = factory.Sequence(lambda number: f"Suturing for beginners {number}")
    slug = factory.Sequence(lambda number: f"suturing-for-beginners-{number}")
    starts_at = STARTS_AT
    duration_minutes = 60
    timezone = "UTC"

    @factory.lazy_attribute
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        event: Event = with_meeting(model_class, kwargs, whose="event")
        return event


class EventFactory(BareEventFactory):
    """A draft with its implicit session and its default ticket type."""

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        event: Event = super()._create(model_class, *args, **kwargs)
        EventSession.objects.create(
            event=event,
            title=event.title,
            session_number=1,
            is_implicit=True,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            duration_minutes=event.duration_minutes,
        )
        TicketType.objects.create(
            event=event, name="Standard", is_default=True, price_minor=event.price_minor, currency=event.currency
        )
        return event


class PublishedEventFactory(EventFactory):
    status = EventStatus.PUBLISHED
    published_at = PUBLISHED_AT


class LiveEventFactory(PublishedEventFactory):
    status = EventStatus.LIVE
    actual_started_at = STARTS_AT


class CompletedEventFactory(LiveEventFactory):
    status = EventStatus.COMPLETED
    actual_ended_at = STARTS_AT + timedelta(hours=1)


class EventSessionFactory(factory.django.DjangoModelFactory[EventSession]):
    """A further, named session of an event, an hour long."""

    class Meta:
        model = EventSession

    event = factory.SubFactory(BareEventFactory)
    title = factory.Sequence(lambda number: f"Session {number}")
    session_number = factory.Sequence(lambda number: number + 2)
    starts_at = factory.LazyAttribute(lambda row: row.event.starts_at)
    duration_minutes = 60
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(minutes=row.duration_minutes))

    @classmethod
    def _create(cls, model_class: type[EventSession], *args: Any, **kwargs: Any) -> EventSession:
        session: EventSession = with_meeting(model_class, kwargs, whose="session")
        return session


class TicketTypeFactory(factory.django.DjangoModelFactory[TicketType]):
    class Meta:
        model = TicketType

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda number: f"Ticket {number}")
    currency = "USD"


class CustomFieldFactory(factory.django.DjangoModelFactory[EventCustomField]):
    class Meta:
        model = EventCustomField

    event = factory.SubFactory(EventFactory)
    label = factory.Sequence(lambda number: f"Question {number}")
    field_type = FieldType.TEXT


class InvitationFactory(factory.django.DjangoModelFactory[EventInvitation]):
    class Meta:
        model = EventInvitation

    event = factory.SubFactory(PublishedEventFactory)
    email = factory.Sequence(lambda number: f"invited{number}@example.org")


class ReminderFactory(factory.django.DjangoModelFactory[EventReminder]):
    class Meta:
        model = EventReminder

    event = factory.SubFactory(PublishedEventFactory)
    reminder_type = ReminderType.BEFORE_1H
    minutes_before = 60
    scheduled_for = factory.LazyAttribute(lambda row: row.event.starts_at - timedelta(minutes=row.minutes_before))
