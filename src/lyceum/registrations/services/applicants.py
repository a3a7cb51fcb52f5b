"""From an applicant to a registration: what its row says, which answers are kept, and which fact tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from lyceum.core.ledger import FactBase
from lyceum.events.models import TicketType
from lyceum.registrations.facts import HoldPlaced, RegistrationConfirmed, RegistrationWaitlisted
from lyceum.registrations.models import CustomFieldResponse, PersonColumns, Registration

Status = Registration.Status
_FACTS: Mapping[str, type[RegistrationConfirmed | HoldPlaced | RegistrationWaitlisted]] = {
    Status.CONFIRMED: RegistrationConfirmed,
    Status.PENDING: HoldPlaced,
    Status.WAITLISTED: RegistrationWaitlisted,
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants a seat, with everything already checked.

    person: what they say about themselves; a column that is left out is blank.
    user_id: the account of that address, only when its address is verified.
    by_owner: whether that account asks for itself; otherwise somebody has typed the address.
    answers: (field, text to keep).
    """

    email: str
    ticket_type_id: UUID
    person: PersonColumns = field(default_factory=PersonColumns)
    user_id: UUID | None = None
    by_owner: bool = False
    registered_by_id: UUID | None = None
    source: str = Registration.Source.SELF_REGISTERED.value
    allow_public_verification: bool = True
    answers: Sequence[tuple[UUID, str]] = field(default=())


def new_registration(event_id: UUID, applicant: Applicant, *, at: datetime) -> Registration:
    """Return an unsaved registration that has no seat yet."""
    registration = Registration(event_id=event_id, email=applicant.email)
    fill_in(registration, applicant, at=at)
    return registration


def fill_in(registration: Registration, applicant: Applicant, *, at: datetime) -> None:
    """Write what an applicant gave into a new registration, or into a cancelled one that is revived."""
    for name in Registration.PERSON_COLUMNS:
        setattr(registration, name, applicant.person.get(name, ""))
    registration.ticket_type_id = applicant.ticket_type_id
    registration.user_id = applicant.user_id or registration.user_id
    registration.registered_by_id = applicant.registered_by_id
    registration.source = applicant.source
    registration.allow_public_verification = applicant.allow_public_verification
    registration.registered_at = at
    registration.acknowledged_at = at if applicant.by_owner else None


def give_seat(registration: Registration, ticket_type: TicketType, *, at: datetime) -> None:
    """Give this row a seat: a confirmed one, or a held one where the ticket costs money. The caller writes it."""
    if ticket_type.price_minor:
        hold_seat(registration, at=at)
    else:
        registration.status = Status.CONFIRMED


def hold_seat(registration: Registration, *, at: datetime) -> None:
    """Give this row a seat that has to be paid for within PAYMENT_HOLD_MINUTES. The caller writes it."""
    registration.status = Status.PENDING
    registration.held_until = at + timedelta(minutes=settings.PAYMENT_HOLD_MINUTES)


def save_answers(items: Sequence[tuple[Registration, Applicant]]) -> None:
    """Keep the answers of people who are new or have come back."""
    rows = [
        CustomFieldResponse(registration=row, field_id=field_id, value=text)
        for row, applicant in items
        for field_id, text in applicant.answers
    ]
    if rows:
        CustomFieldResponse.objects.bulk_create(rows)


def seat_fact(registration: Registration, *, notify: bool = True) -> FactBase:
    """Return the fact that tells what somebody who registered has now."""
    kind = _FACTS[registration.status]
    return kind(registration_id=registration.pk, event_id=registration.event_id, notify=notify)
