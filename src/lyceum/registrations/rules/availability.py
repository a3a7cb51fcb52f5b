"""Whether there is room: the one decision on seats and waiting lists, from counters.

It reads no rows and writes none. The counters are those of an event and of its ticket types; `services/seats.py` locks
and moves them. Registering takes most seats without a lock, by a conditional update: its conditions are the same
decision in SQL, and stand below. A test holds the two together.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from lyceum.events.models import Event, TicketType
from lyceum.registrations.models import Registration

# `Availability.offer() is Offer.SEAT`, asked of an event's row and of a ticket type's row.
EVENT_OFFERS_SEAT = "(capacity IS NULL OR seats_taken < capacity) AND (waitlist_count = 0 OR NOT waitlist_enabled)"
TICKET_TYPE_OFFERS_SEAT = "(quantity IS NULL OR sold < quantity)"


class Offer(enum.Enum):
    """What somebody who applies now can be given."""

    SEAT = "seat"
    WAITING_LIST = "waiting_list"
    NOTHING = "nothing"


@dataclass(slots=True)
class Availability:
    """An event's free seats and its waiting list, counted down as seats and positions are given out.

    free_seats: of the whole event; None where it has no limit.
    free_tickets: of each ticket type; None where only the event's capacity limits it.
    waiting: how many stand on the waiting list.
    waiting_ahead: how many of them wait for a ticket that isn't sold out; the others stand in nobody's way.
    """

    free_seats: int | None
    free_tickets: dict[UUID, int | None]
    waitlist_enabled: bool
    waiting: int
    waiting_ahead: int

    @classmethod
    def of(cls, event: Event, ticket_types: Iterable[TicketType], *, waiting_ahead: int | None = None) -> Self:
        """Return what the counters of an event and of some of its ticket types say.

        waiting_ahead: without it, everybody who waits counts as ahead.
        """
        return cls(
            free_seats=event.available_spots,
            free_tickets={ticket_type.pk: ticket_type.remaining for ticket_type in ticket_types},
            waitlist_enabled=event.waitlist_enabled,
            waiting=event.waitlist_count,
            waiting_ahead=event.waitlist_count if waiting_ahead is None else waiting_ahead,
        )

    def has_ticket(self, ticket_type_id: UUID) -> bool:
        """Say whether this ticket type isn't sold out."""
        return self.free_tickets[ticket_type_id] != 0

    def has_seat(self, ticket_type_id: UUID) -> bool:
        """Say whether a seat of this ticket type is free, whoever waits for it."""
        return self.free_seats != 0 and self.has_ticket(ticket_type_id)

    def offer(self, ticket_type_id: UUID) -> Offer:
        """Return what a new applicant is given: nobody overtakes those who wait."""
        overtakes = self.waitlist_enabled and self.waiting_ahead > 0
        if self.has_seat(ticket_type_id) and not overtakes:
            return Offer.SEAT
        return Offer.WAITING_LIST if self.waitlist_enabled else Offer.NOTHING

    def take_seat(self, ticket_type_id: UUID) -> None:
        """Count one seat as taken."""
        if self.free_seats is not None:
            self.free_seats -= 1
        left = self.free_tickets[ticket_type_id]
        self.free_tickets[ticket_type_id] = None if left is None else left - 1

    def join_waiting_list(self, ticket_type_id: UUID) -> None:
        """Count one more person as waiting."""
        self.waiting += 1
        self.waiting_ahead += self.has_ticket(ticket_type_id)

    def next_in_line(self, waiting: Iterable[Registration]) -> list[Registration]:
        """Return who of a waiting list gets the free seats, in its order; a ticket that is sold out is passed over."""
        chosen = []
        for registration in waiting:
            if self.free_seats == 0:
                break
            if self.has_seat(registration.ticket_type_id):
                self.take_seat(registration.ticket_type_id)
                chosen.append(registration)
        return chosen
