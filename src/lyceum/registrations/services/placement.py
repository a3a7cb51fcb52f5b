"""Placing applicants under the event's lock: one who met a full event or is known already, or a whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.bulk_update import write_columns
from lyceum.core.ledger import publish_many
from lyceum.events.models import Event, TicketType
from lyceum.events.services.locking import lock_event
from lyceum.registrations.models import Attendance, CustomFieldResponse, Registration, new_check_in_code
from lyceum.registrations.rules.availability import Availability, Offer
from lyceum.registrations.services.applicants import (
    Applicant,
    fill_in,
    give_seat,
    new_registration,
    save_answers,
    seat_fact,
)
from lyceum.registrations.services.seats import (
    draw_sequence_numbers,
    lock_ticket_types,
    move_counters,
    seats_by_ticket_type,
)

Status = Registration.Status
# What a cancelled registration gets anew when its person registers again.
_REVIVED = (
    "status",
    "user",
    "registered_by",
    "ticket_type",
    *Registration.PERSON_COLUMNS,
    "source",
    "registered_at",
    "acknowledged_at",
    "allow_public_verification",
    "held_until",
    "waitlist_sequence",
    "waitlisted_at",
    "promoted_at",
    "cancelled_at",
    "cancellation_reason",
    "check_in_code",
    "deleted_at",
)


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of one applicant.

    registration: the applicant's row; None when there was no room.
    status: confirmed, pending or waitlisted, as the rule on availability decided; None when there was no room.
    position: the rank on the waiting list.
    already_registered: the row stood before and is left as it was; `status` and `position` are what somebody new
        would have got.
    """

    registration: Registration | None
    status: str | None
    position: int | None = None
    already_registered: bool = False


@transaction.atomic
def place_applicants(
    event_id: UUID,
    applicants: Sequence[Applicant],
    *,
    check: Callable[[Event], None],
    actor: Actor,
    at: datetime,
    notify: bool = True,
) -> list[Placement]:
    """Seat, queue or turn away these applicants, in their order. Their addresses must be distinct.

    A row for each new address is put down first, because two requests for one address must wait for each other
    before either holds the event.

    check: refuses an event that closed while its lock was waited for.
    Locks: Event, TicketType by id, Registration by id.
    Publishes: RegistrationConfirmed, HoldPlaced, RegistrationWaitlisted.
    """
    reserved = _reserve_addresses(event_id, applicants, at=at)
    event = lock_event(event_id)
    check(event)
    batch = _Batch(event, lock_ticket_types(event), reserved, at)
    rows = _lock_rows(event, applicants)
    found = [(applicant, _row_of(applicant, rows)) for applicant in applicants]
    placements = [batch.place(_linkable(applicant, row, rows), row) for applicant, row in found]
    batch.write()
    publish_many(
        [(seat_fact(row, notify=notify), row.pk) for row, _ in batch.placed],
        actor=actor,
        at=at,
    )
    return placements


def _reserve_addresses(event_id: UUID, applicants: Sequence[Applicant], *, at: datetime) -> set[UUID]:
    rows = [new_registration(event_id, applicant, at=at) for applicant in sorted(applicants, key=lambda one: one.email)]
    typed = {applicant.email for applicant in applicants if not applicant.by_owner}
    for row in rows:
        if row.email in typed:
            # Whether the account is registered here under another address shows under the lock.
            row.user_id = None
        row.status, row.cancelled_at = Status.CANCELLED, at
    Registration.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.pk for row in rows}


def _lock_rows(event: Event, applicants: Sequence[Applicant]) -> dict[str | UUID, Registration]:
    mine = Q(email__in=[applicant.email for applicant in applicants])
    mine |= Q(user_id__in=[applicant.user_id for applicant in applicants if applicant.user_id])
    rows = list(Registration.all_objects.filter(mine, event=event).order_by("pk").select_for_update())
    found: dict[str | UUID, Registration] = {row.user_id: row for row in rows if row.user_id}
    return found | {row.email: row for row in rows}


def _row_of(applicant: Applicant, rows: Mapping[str | UUID, Registration]) -> Registration:
    """Return the row of this address; of somebody who asks for themselves, also the one under another address.

    Whoever types an address must not find out that its owner is registered under another one.
    """
    own = rows.get(applicant.user_id) if applicant.by_owner and applicant.user_id else None
    of_address = rows.get(applicant.email)
    for row in (own, of_address):
        if row is not None and _stands(row):
            return row
    row = own or of_address
    if row is None:
        raise LookupError("Every address has a row: an old one, or the one just reserved.")
    return row


def _linkable(applicant: Applicant, row: Registration, rows: Mapping[str | UUID, Registration]) -> Applicant:
    """Leave the account out where it has another registration here, because it has one at each event."""
    other = rows.get(applicant.user_id) if applicant.user_id else None
    return applicant if other is None or other.pk == row.pk else replace(applicant, user_id=None)


def _stands(row: Registration) -> bool:
    return row.deleted_at is None and row.status != Status.CANCELLED


class _Batch:
    """The applicants of one transaction at one locked event: each is decided in turn, then all are written at once.

    reserved: the ids of the rows put down for new addresses.
    """

    def __init__(self, event: Event, ticket_types: dict[UUID, TicketType], reserved: set[UUID], at: datetime) -> None:
        self.event, self.ticket_types, self.reserved, self.at = event, ticket_types, reserved, at
        self.availability = _availability(event, ticket_types)
        self.placed: list[tuple[Registration, Applicant]] = []
        self.unused: list[UUID] = []

    def place(self, applicant: Applicant, row: Registration) -> Placement:
        """Decide on one applicant, and give them their seat or position in memory."""
        ticket_type = self.ticket_types[applicant.ticket_type_id]
        offer = self.availability.offer(ticket_type.pk)
        status = _status(offer, ticket_type)
        position = self.availability.waiting + 1 if offer is Offer.WAITING_LIST else None
        if row.pk not in self.reserved and _stands(row):
            return Placement(row, status, position, already_registered=True)
        if offer is Offer.NOTHING:
            if row.pk in self.reserved:
                self.unused.append(row.pk)
            return Placement(None, None)
        fill_in(row, applicant, at=self.at)
        self._reset(row)
        if offer is Offer.SEAT:
            self.availability.take_seat(ticket_type.pk)
            give_seat(row, ticket_type, at=self.at)
        else:
            self.availability.join_waiting_list(ticket_type.pk)
            row.status, row.waitlisted_at = Status.WAITLISTED, self.at
        self.placed.append((row, applicant))
        return Placement(row, status, position)

    def _reset(self, row: Registration) -> None:
        row.cancelled_at, row.cancellation_reason, row.deleted_at = None, "", None
        row.waitlisted_at = row.waitlist_sequence = None
        row.promoted_at = None
        # A code that was mailed for the registration given up must not admit anybody any more.
        row.check_in_code = new_check_in_code()

    def write(self) -> None:
        """Write rows and answers, then the counters."""
        rows = [row for row, _ in self.placed]
        waiting = [row for row in rows if row.status == Status.WAITLISTED]
        if waiting:
            numbers = draw_sequence_numbers(self.event, len(waiting))
            for row, number in zip(waiting, numbers, strict=True):
                row.waitlist_sequence = number
        write_columns(rows, _REVIVED, at=self.at)
        if self.unused:
            Registration.all_objects.filter(pk__in=self.unused).hard_delete()
        if returned := [row.pk for row in rows if row.pk not in self.reserved]:
            CustomFieldResponse.objects.filter(registration_id__in=returned).delete()
            # Whoever was checked in gave that seat up; the registration taken up again begins without it.
            Attendance.objects.filter(registration__in=returned).withdraw_check_in(at=self.at)
        save_answers(self.placed)
        sold = seats_by_ticket_type(rows)
        move_counters(self.event, seats=sold.total(), waiting=len(waiting), people=sold.total(), sold=sold)


def _availability(event: Event, ticket_types: dict[UUID, TicketType]) -> Availability:
    """Return what there is; who waits for a ticket that is sold out doesn't stand in anybody else's way."""
    availability = Availability.of(event, ticket_types.values())
    if event.waitlist_count and any(ticket_type.quantity is not None for ticket_type in ticket_types.values()):
        to_be_had = [key for key in ticket_types if availability.has_ticket(key)]
        ahead = Registration.objects.waiting().filter(event=event, ticket_type_id__in=to_be_had)
        availability.waiting_ahead = ahead.count()
    return availability


def _status(offer: Offer, ticket_type: TicketType) -> str | None:
    if offer is Offer.SEAT:
        return Status.PENDING if ticket_type.price_minor else Status.CONFIRMED
    return Status.WAITLISTED if offer is Offer.WAITING_LIST else None
