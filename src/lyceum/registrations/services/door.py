"""Whether somebody may come in: the event, the ticket and the questions, read for one registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.models import Event, EventCustomField, TicketType, registration_closed_reason
from lyceum.events.models.choices import EventStatus
from lyceum.events.selectors import may_see
from lyceum.registrations.errors import PaymentUnavailable, RegistrationClosed

_COLUMNS = (
    "price_minor",
    "is_active",
    "quantity",
    "sold",
    "event__status",
    "event__visibility",
    "event__owner_id",
    "event__deleted_at",
    "event__starts_at",
    "event__registration_enabled",
    "event__registration_deadline",
    "event__capacity",
    "event__seats_taken",
    "event__waitlist_count",
    "event__waitlist_enabled",
)
_QUESTION = ("label", "field_type", "required", "options", "min_value", "max_value")


@dataclass(frozen=True, slots=True)
class Door:
    """What one sale needs to know."""

    event: Event
    ticket_type: TicketType
    fields: list[EventCustomField]

    @property
    def looks_free(self) -> bool:
        """Whether a seat seems free; only the counters' own update can say so for certain."""
        event, ticket = self.event, self.ticket_type
        return (
            (event.capacity is None or event.seats_taken < event.capacity)
            and (event.waitlist_count == 0 or not event.waitlist_enabled)
            and (ticket.quantity is None or ticket.sold < ticket.quantity)
        )


def open_door(
    *, event_id: UUID, ticket_type_id: UUID | None, actor: Actor, invitation_token: str = "", at: datetime
) -> Door:
    """Return what a registration from outside needs, or refuse it.

    invitation_token: the secret of a mailed invitation, which opens a private event.
    Raises: NotFound (404) for a draft, a private or no event; RegistrationClosed (409); PaymentUnavailable (409);
        ValidationRefused (422) for a ticket type that this event doesn't sell.
    """
    tickets = TicketType.objects.select_related("event").only(*_COLUMNS).filter(event_id=event_id)
    chosen = tickets.filter(pk=ticket_type_id) if ticket_type_id else tickets.filter(is_default=True)
    ticket_type = next(iter(chosen.order_by()[:1]), None)
    if ticket_type is None:
        event = Event.objects.filter(pk=event_id).first()
        if event is None or not may_see(event, actor=actor, token=invitation_token):
            raise NotFound
        check_open(event, at)
        raise ValidationRefused({"ticket_type": ["This event has no such ticket."]})
    event = ticket_type.event
    if not may_see(event, actor=actor, token=invitation_token):
        raise NotFound
    check_open(event, at)
    if not ticket_type.is_active:
        raise ValidationRefused({"ticket_type": ["This ticket isn't on sale."]})
    if ticket_type.price_minor:
        raise PaymentUnavailable
    fields = list(EventCustomField.objects.active().filter(event_id=event_id).only(*_QUESTION).order_by())
    return Door(event, ticket_type, fields)


def check_open(event: Event, at: datetime) -> None:
    """Raises: NotFound (404) for what nobody may see, RegistrationClosed (409) with the reason."""
    if event.deleted_at is not None or event.status == EventStatus.DRAFT:
        raise NotFound
    if reason := registration_closed_reason(event, at):
        raise RegistrationClosed(reason)


def check_open_for_organizer(event: Event) -> None:
    """Let an organizer add people whatever the deadline, the switch or the visibility say, but not the state.

    Raises: RegistrationClosed (409).
    """
    if event.status == EventStatus.DRAFT:
        raise RegistrationClosed("Please publish this event before you add people to it.")
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise RegistrationClosed("This event is over or was cancelled, so nobody can be added to it.")
