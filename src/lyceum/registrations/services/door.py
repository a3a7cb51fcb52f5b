"""Whether somebody may come in: the event, the ticket and the questions, read for one registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.models import Event, EventCustomField, EventInvitation, TicketType, registration_closed_reason
from lyceum.events.models.choices import EventStatus, Visibility
from lyceum.events.selectors import find_invitation, may_see
from lyceum.registrations.errors import PaymentUnavailable, RegistrationClosed

FOR_ANOTHER = "This invitation was sent to another address. Please use that one, or ask the organizer for your own."
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


# One query brings the ticket, the event, and whether there are questions: this is read once for every sale.
_TICKETS = (
    TicketType.objects.select_related("event")
    .only(*_COLUMNS)
    .annotate(asks=Exists(EventCustomField.objects.active().filter(event=OuterRef("event_id"))))
    .order_by()
)
_VERIFIED = User.objects.filter(is_active=True, email_verified_at__isnull=False).order_by()


@dataclass(frozen=True, slots=True)
class Door:
    """What one sale needs to know.

    account_id: the verified account of a guest's address.
    invited: whether the organizer invited this very address.
    """

    event: Event
    ticket_type: TicketType
    fields: list[EventCustomField]
    account_id: UUID | None
    invited: bool = False

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
    *,
    event_id: UUID,
    email: str,
    ticket_type_id: UUID | None = None,
    actor: Actor,
    invitation_token: str = "",
    at: datetime,
) -> Door:
    """Return what a registration from outside needs, or refuse it.

    invitation_token: the secret of a mailed invitation, which opens a private event to the address it was sent to.
    Raises: NotFound (404) for a draft, a private or no event; RegistrationClosed (409); PaymentUnavailable (409);
        ValidationRefused (422) for a ticket type that this event doesn't sell, or another's invitation.
    """
    which: dict[str, Any] = {"pk": ticket_type_id} if ticket_type_id else {"is_default": True}
    tickets = _TICKETS.filter(event_id=event_id, **which)
    if not actor.is_user:
        tickets = tickets.annotate(account_id=Subquery(_VERIFIED.filter(email=email).values("pk")[:1]))
    ticket_type = next(iter(tickets[:1]), None)
    event = ticket_type.event if ticket_type else Event.objects.filter(pk=event_id).first()
    if event is None or not may_see(event, actor=actor, token=invitation_token):
        raise NotFound
    check_open(event, at)
    invited = _is_invited(event, email=email, actor=actor, token=invitation_token)
    if not invited and not may_see(event, actor=actor):
        # One mailed link must not let in whoever it is passed on to.
        raise ValidationRefused({"email": [FOR_ANOTHER]})
    if ticket_type is None:
        raise ValidationRefused({"ticket_type": ["This event has no such ticket."]})
    if not ticket_type.is_active:
        raise ValidationRefused({"ticket_type": ["This ticket isn't on sale."]})
    if ticket_type.price_minor:
        raise PaymentUnavailable
    fields = list(EventCustomField.objects.active().filter(event_id=event_id)) if ticket_type.asks else []
    return Door(event, ticket_type, fields, getattr(ticket_type, "account_id", None), invited)


def _is_invited(event: Event, *, email: str, actor: Actor, token: str) -> bool:
    if event.visibility != Visibility.PRIVATE and not token:
        return False
    if actor.is_user:
        return EventInvitation.objects.filter(event_id=event.pk, email=email).exists()
    invitation = find_invitation(event.pk, token)
    return invitation is not None and invitation.email == email


def check_open(event: Event, at: datetime) -> None:
    """Raises: NotFound (404) for what nobody may see, RegistrationClosed (409) with the reason."""
    never_shown = event.status == EventStatus.CANCELLED and event.published_at is None
    if event.deleted_at is not None or event.status == EventStatus.DRAFT or never_shown:
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
