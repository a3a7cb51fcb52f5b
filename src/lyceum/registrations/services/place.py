"""Giving people their places under the event's lock: the careful way, for a full house, a return or a whole list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.ledger import FactBase, publish_many
from lyceum.events.models import Event, TicketType
from lyceum.registrations.facts import RegistrationConfirmed, RegistrationWaitlisted
from lyceum.registrations.models import Attendance, CustomFieldResponse, Registration, new_check_in_code
from lyceum.registrations.services.seats import draw_numbers, lock_event, lock_ticket_types, move_seats

Status = Registration.Status
Result = Literal["confirmed", "waitlisted", "full", "existing"]
_REVIVED = (
    "status",
    "user",
    "registered_by",
    "ticket_type",
    "full_name",
    "professional_title",
    "organization_name",
    "source",
    "registered_at",
    "allow_public_verification",
    "waitlist_sequence",
    "waitlisted_at",
    "promoted_at",
    "cancelled_at",
    "cancellation_reason",
    "check_in_code",
    "deleted_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants a place, with everything already checked.

    user_id: the account of that address, only when its address is verified.
    answers: (field, text to keep).
    """

    email: str
    ticket_type_id: UUID
    full_name: str = ""
    professional_title: str = ""
    organization_name: str = ""
    user_id: UUID | None = None
    registered_by_id: UUID | None = None
    source: str = Registration.Source.SELF_REGISTERED.value
    allow_public_verification: bool = True
    answers: Sequence[tuple[UUID, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an applicant. `registration` is None when there was no room.

    would: for an address that has a place already, what a new person would have got.
    """

    result: Result
    registration: Registration | None
    position: int | None = None
    would: Result | None = None


def new_row(event_id: UUID, person: Applicant, *, at: datetime) -> Registration:
    """Return an unsaved confirmed registration."""
    return Registration(
        event_id=event_id,
        email=person.email,
        user_id=person.user_id,
        registered_by_id=person.registered_by_id,
        ticket_type_id=person.ticket_type_id,
        full_name=person.full_name,
        professional_title=person.professional_title,
        organization_name=person.organization_name,
        source=person.source,
        registered_at=at,
        allow_public_verification=person.allow_public_verification,
        status=Status.CONFIRMED,
    )


def place_all(
    event_id: UUID,
    people: Sequence[Applicant],
    *,
    check: Callable[[Event], None],
    actor: Actor,
    at: datetime,
    notify: bool = True,
) -> list[Placed]:
    """Seat, queue or turn away these people, in their order. Call it inside a transaction, addresses distinct.

    A row for each new address is put down first, because two requests for one address must wait for each other
    before either holds the event.

    check: refuses an event that closed while its lock was waited for.
    Locks: the addresses (by inserting), Event, TicketType by id, Registration by id.
    Publishes: RegistrationConfirmed, RegistrationWaitlisted.
    """
    reserved = _reserve(event_id, people, at=at)
    event = lock_event(event_id)
    check(event)
    round_ = _Round(event, lock_ticket_types(event), at)
    rows = _lock_rows(event, people)
    outcomes = [round_.seat(person, rows.get(person.email) or rows.get(person.user_id), reserved) for person in people]
    round_.write(reserved)
    publish_many(round_.facts(notify=notify), actor=actor, at=at)
    return outcomes


def _reserve(event_id: UUID, people: Sequence[Applicant], *, at: datetime) -> set[UUID]:
    rows = [new_row(event_id, person, at=at) for person in sorted(people, key=lambda person: person.email)]
    for row in rows:
        row.status, row.cancelled_at = Status.CANCELLED, at
    Registration.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.pk for row in rows}


def _lock_rows(event: Event, people: Sequence[Applicant]) -> dict[str | UUID | None, Registration]:
    mine = Q(email__in=[person.email for person in people])
    mine |= Q(user_id__in=[person.user_id for person in people if person.user_id])
    rows = list(Registration.all_objects.filter(mine, event=event).order_by("pk").select_for_update())
    found: dict[str | UUID | None, Registration] = {row.user_id: row for row in rows if row.user_id}
    return found | {row.email: row for row in rows}


class _Round:
    """One pass over a locked event: decides row by row, then writes everything at once."""

    def __init__(self, event: Event, tickets: dict[UUID, TicketType], at: datetime) -> None:
        self.event, self.tickets, self.at = event, tickets, at
        self.sold: dict[UUID, int] = {}
        self.placed: list[tuple[Registration, Applicant]] = []
        self.unused: list[UUID] = []
        # Who waits for a ticket that is sold out doesn't stand in anybody else's way.
        self.ahead = event.waitlist_count
        if self.ahead and any(ticket.quantity is not None for ticket in tickets.values()):
            open_tickets = [pk for pk, ticket in tickets.items() if ticket.remaining != 0]
            self.ahead = Registration.objects.waiting().filter(event=event, ticket_type_id__in=open_tickets).count()

    def seat(self, person: Applicant, row: Registration | None, reserved: set[UUID]) -> Placed:
        if row is None:
            raise LookupError("Every address has a row: an old one, or the one just reserved.")
        result, position = self._verdict(person)
        if row.pk not in reserved and row.deleted_at is None and row.status != Status.CANCELLED:
            return Placed("existing", row, position, would=result)
        if result == "full":
            if row.pk in reserved:
                self.unused.append(row.pk)
            return Placed("full", None)
        if result == "confirmed":
            self.sold[person.ticket_type_id] = self.sold.get(person.ticket_type_id, 0) + 1
        elif self._has_ticket(person):
            self.ahead += 1
        self._give(row, person, Status.CONFIRMED if result == "confirmed" else Status.WAITLISTED)
        return Placed(result, row, position)

    def _verdict(self, person: Applicant) -> tuple[Result, int | None]:
        queue = self.event.waitlist_count + self._count(Status.WAITLISTED)
        if self._has_room(person):
            return "confirmed", None
        return ("waitlisted", queue + 1) if self.event.waitlist_enabled else ("full", None)

    def _count(self, status: str) -> int:
        return sum(row.status == status for row, _ in self.placed)

    def _has_room(self, person: Applicant) -> bool:
        event = self.event
        if self.ahead and event.waitlist_enabled:
            return False
        if event.capacity is not None and event.seats_taken + self._count(Status.CONFIRMED) >= event.capacity:
            return False
        return self._has_ticket(person)

    def _has_ticket(self, person: Applicant) -> bool:
        ticket = self.tickets[person.ticket_type_id]
        return ticket.quantity is None or ticket.sold + self.sold.get(ticket.pk, 0) < ticket.quantity

    def _give(self, row: Registration, person: Applicant, status: str) -> None:
        fresh = new_row(self.event.pk, person, at=self.at)
        for name in ("registered_by_id", "ticket_type_id", "full_name", "professional_title", "organization_name"):
            setattr(row, name, getattr(fresh, name))
        row.user_id = person.user_id or row.user_id
        row.source, row.allow_public_verification = fresh.source, fresh.allow_public_verification
        row.registered_at, row.updated_at = self.at, self.at
        row.status, row.cancelled_at, row.cancellation_reason, row.deleted_at = status, None, "", None
        row.promoted_at = None
        # A code that was mailed for the place given up must not open the door again.
        row.check_in_code = new_check_in_code()
        row.waitlisted_at = self.at if status == Status.WAITLISTED else None
        row.waitlist_sequence = None
        self.placed.append((row, person))

    def write(self, reserved: set[UUID]) -> None:
        """Write rows and answers, then the counters."""
        waiting = [row for row, _ in self.placed if row.status == Status.WAITLISTED]
        for row, number in zip(waiting, draw_numbers(self.event, len(waiting)), strict=True) if waiting else ():
            row.waitlist_sequence = number
        rows = [row for row, _ in self.placed]
        if rows:
            Registration.all_objects.bulk_update(rows, _REVIVED)
        if self.unused:
            Registration.all_objects.filter(pk__in=self.unused).hard_delete()
        if returned := [row.pk for row in rows if row.pk not in reserved]:
            CustomFieldResponse.objects.filter(registration_id__in=returned).delete()
            # Whoever was checked in gave that place up; the place taken up again begins without it.
            Attendance.objects.filter(registration__in=returned).withdraw_check_in(at=self.at)
        write_answers([(row, person.answers) for row, person in self.placed])
        seated = len(rows) - len(waiting)
        move_seats(self.event, seats=seated, waiting=len(waiting), people=seated, sold=self.sold)

    def facts(self, *, notify: bool) -> list[tuple[FactBase, UUID | None]]:
        return [(_fact(row, self.event.pk, notify=notify), row.pk) for row, _ in self.placed]


def _fact(row: Registration, event_id: UUID, *, notify: bool) -> FactBase:
    kind = RegistrationWaitlisted if row.status == Status.WAITLISTED else RegistrationConfirmed
    return kind(registration_id=row.pk, event_id=event_id, notify=notify)


def write_answers(items: Sequence[tuple[Registration, Sequence[tuple[UUID, str]]]]) -> None:
    """Keep the answers of new or returning people."""
    rows = [
        CustomFieldResponse(registration=row, field_id=field_id, value=text)
        for row, answers in items
        for field_id, text in answers
    ]
    if rows:
        CustomFieldResponse.objects.bulk_create(rows)
