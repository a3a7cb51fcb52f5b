"""Ticket types: prices and quantities within an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.errors import DefaultTicketType, TicketTypeInUse
from lyceum.events.models import Event, TicketType
from lyceum.events.services.assign_columns import price_in_minor
from lyceum.events.services.locking import check_structure_open, lock_own_event

COLUMNS = ("name", "description", "quantity", "is_active", "order")
MOST_TYPES = 50
DEFAULT_NAME = "Standard"


@transaction.atomic
def add_ticket_type(*, event_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime) -> TicketType:
    """Add a price that people may choose.

    Locks: Event.
    Raises: NotFound (404), EventLocked (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    number = event.ticket_types.count()
    if number >= MOST_TYPES:
        raise ValidationRefused({"name": [f"An event has at most {MOST_TYPES} ticket types."]})
    ticket = TicketType(event=event, currency=event.currency, order=number)
    _assign(event, ticket, values)
    ticket.save(force_insert=True)
    return ticket


@transaction.atomic
def update_ticket_type(
    *, event_id: UUID, ticket_type_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
) -> TicketType:
    """Change a ticket type. The default one's price is the event's own.

    Locks: Event, TicketType.
    Raises: NotFound (404), EventLocked, DefaultTicketType (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    ticket = _lock(event, ticket_type_id)
    before = _written(ticket)
    _assign(event, ticket, values)
    if _written(ticket) == before:
        return ticket
    check_structure_open(event)
    ticket.save(update_fields=[*COLUMNS, "price_minor", "updated_at"])
    if ticket.is_default and event.price_minor != ticket.price_minor:
        event.price_minor = ticket.price_minor
        event.save(update_fields=["price_minor", "updated_at"])
    return ticket


@transaction.atomic
def delete_ticket_type(*, event_id: UUID, ticket_type_id: UUID, actor: Actor, at: datetime) -> None:
    """Remove a ticket type that nobody holds.

    Locks: Event, TicketType.
    Raises: NotFound (404), EventLocked, DefaultTicketType, TicketTypeInUse (409).
    """
    event = lock_own_event(event_id, actor)
    check_structure_open(event)
    ticket = _lock(event, ticket_type_id)
    if ticket.is_default:
        raise DefaultTicketType
    if ticket.sold:
        raise TicketTypeInUse
    try:
        ticket.delete()
    except ProtectedError:
        raise TicketTypeInUse from None


def add_default_ticket(event: Event) -> TicketType:
    """Give a new event the ticket type that mirrors its price."""
    return TicketType.objects.create(
        event=event,
        name=DEFAULT_NAME,
        price_minor=event.price_minor,
        currency=event.currency,
        is_default=True,
    )


def lock_ticket_types(event: Event) -> None:
    """Lock the ticket types of a locked event, by id. They come after its meetings, and before its reminders."""
    list(event.ticket_types.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def mirror_price(event: Event) -> None:
    """Put the default ticket type's price, and everybody's currency, in step with the event.

    Locks: the rows it updates; the caller holds the event.
    """
    event.ticket_types.update(currency=event.currency)
    event.ticket_types.filter(is_default=True).update(price_minor=event.price_minor)


def _written(ticket: TicketType) -> list[Any]:
    return [getattr(ticket, name) for name in (*COLUMNS, "price_minor")]


def _assign(event: Event, ticket: TicketType, values: Mapping[str, Any]) -> None:
    if ticket.is_default and (values.get("quantity") is not None or values.get("is_active") is False):
        raise DefaultTicketType("The default ticket type is limited by the event's capacity alone and stays active.")
    for name in COLUMNS:
        if name in values:
            setattr(ticket, name, values[name])
    if "currency" in values and values["currency"] != event.currency:
        raise ValidationRefused({"currency": [f"All prices of this event are in {event.currency}."]})
    if "price" in values:
        ticket.price_minor = price_in_minor(values["price"], event.currency)
    if ticket.quantity is not None and ticket.quantity < ticket.sold:
        raise ValidationRefused({"quantity": [f"{ticket.sold} places of this type are taken already."]})


def _lock(event: Event, ticket_type_id: UUID) -> TicketType:
    ticket = TicketType.objects.select_for_update().filter(event=event, pk=ticket_type_id).first()
    if ticket is None:
        raise NotFound
    return ticket
