"""An organizer brings people: up to 500 in one transaction, each with an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.models import Event, EventCustomField, TicketType
from lyceum.events.policies import require_event_manager
from lyceum.events.rules.custom_answers import validate_answers
from lyceum.registrations.errors import EventFull, PaymentUnavailable
from lyceum.registrations.models import Registration
from lyceum.registrations.services.door import check_open_for_organizer
from lyceum.registrations.services.place import Applicant, Placed, place_all

AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One row of the list, already of the right types."""

    email: str
    full_name: str = ""
    professional_title: str = ""
    organization_name: str = ""
    ticket_type_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: confirmed, waitlisted, skipped or refused."""

    email: str
    status: str
    reason: str = ""
    registration_id: UUID | None = None


@transaction.atomic
def bulk_add(
    *,
    event_id: UUID,
    people: Sequence[Newcomer],
    send_confirmation: bool = True,
    source: str = Registration.Source.ORGANIZER_ADDED,
    actor: Actor,
    at: datetime,
) -> list[RowOutcome]:
    """Add people to an own event, whatever its deadline and visibility; never more than there are seats.

    Locks: as `place_all`.
    Returns: one outcome for each row, in the order given.
    Raises: NotFound (404), RegistrationClosed (409), ValidationRefused (422) naming each malformed row's index.
    Publishes: RegistrationConfirmed, RegistrationWaitlisted.
    """
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound
    require_event_manager(actor, event)
    check_open_for_organizer(event)
    applicants, outcomes = _sort(event, people, source=source, actor=actor)
    order = [applicant for _, applicant in sorted(applicants.items())]
    placed: list[Placed] = []
    if order:
        check = check_open_for_organizer
        placed = place_all(event_id, order, check=check, actor=actor, at=at, notify=send_confirmation)
    for index, result in zip(sorted(applicants), placed, strict=True):
        outcomes[index] = _outcome(applicants[index], result)
    return [outcomes[index] for index in range(len(people))]


def _sort(
    event: Event, people: Sequence[Newcomer], *, source: str, actor: Actor
) -> tuple[dict[int, Applicant], dict[int, RowOutcome]]:
    tickets = list(TicketType.objects.filter(event=event))
    default = next(ticket for ticket in tickets if ticket.is_default)
    by_id = {ticket.pk: ticket for ticket in tickets if ticket.is_active or ticket.is_default}
    fields = list(EventCustomField.objects.active().filter(event=event))
    accounts = _verified_accounts([person.email for person in people])
    applicants: dict[int, Applicant] = {}
    outcomes: dict[int, RowOutcome] = {}
    errors: dict[str, Any] = {}
    seen: set[str] = set()
    for index, person in enumerate(people):
        ticket = by_id.get(person.ticket_type_id) if person.ticket_type_id else default
        if ticket is None:
            errors[str(index)] = {"ticket_type": ["This event has no such ticket."]}
        elif person.email in seen:
            outcomes[index] = RowOutcome(person.email, "skipped", "This address stands in the list twice.")
        elif ticket.price_minor:
            outcomes[index] = RowOutcome(person.email, "refused", PaymentUnavailable.message)
        else:
            seen.add(person.email)
            answers = _answers(index, fields, person, errors)
            account = accounts.get(person.email)
            applicants[index] = Applicant(
                email=person.email,
                ticket_type_id=ticket.pk,
                full_name=person.full_name or (account[1] if account else ""),
                professional_title=person.professional_title,
                organization_name=person.organization_name,
                user_id=account[0] if account else None,
                registered_by_id=actor.user_id,
                source=source,
                answers=answers,
            )
    if errors:
        raise ValidationRefused({"registrations": errors})
    return applicants, outcomes


def _verified_accounts(emails: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    rows = User.objects.filter(email__in=emails, email_verified_at__isnull=False, is_active=True)
    return {email: (pk, name) for pk, email, name in rows.values_list("pk", "email", "full_name")}


def _answers(
    index: int, fields: list[EventCustomField], person: Newcomer, errors: dict[str, Any]
) -> tuple[tuple[UUID, str], ...]:
    # An organizer may not know what the questions would be answered with, so none is required here.
    asked = [question for question in fields if str(question.pk) in person.answers]
    for question in asked:
        question.required = False
    if not person.answers:
        return ()
    try:
        return tuple(validate_answers(asked, person.answers).items())
    except ValidationRefused as refusal:
        errors[str(index)] = refusal.details
        return ()


def _outcome(person: Applicant, placed: Placed) -> RowOutcome:
    if placed.registration is None:
        return RowOutcome(person.email, "refused", EventFull.message)
    if placed.result == "existing":
        return RowOutcome(person.email, "skipped", "This address is already registered.", placed.registration.pk)
    return RowOutcome(person.email, placed.result, "", placed.registration.pk)
