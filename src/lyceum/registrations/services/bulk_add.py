"""An organizer brings people: up to 500 in one transaction, each with an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, ValidationRefused
from lyceum.events.models import Event, EventCustomField, TicketType
from lyceum.events.models.choices import EventStatus
from lyceum.events.policies import require_event_manager
from lyceum.events.rules.custom_answers import validate_answers
from lyceum.registrations.errors import EventFull, PaymentUnavailable, RegistrationClosed
from lyceum.registrations.models import PersonColumns, Registration
from lyceum.registrations.ports import payments_accepted
from lyceum.registrations.services.applicants import Applicant
from lyceum.registrations.services.holds import release_expired_holds
from lyceum.registrations.services.placement import Placement, place_applicants

AT_MOST = 500
PAY_THEMSELVES = "This ticket costs money, so this person has to register and pay themselves."


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One row of the list, already of the right types."""

    email: str
    person: PersonColumns = field(default_factory=PersonColumns)
    ticket_type_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: confirmed, waitlisted, skipped or refused."""

    email: str
    status: str
    reason: str = ""
    registration_id: UUID | None = None


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

    The organizer has typed addresses, and learns nothing of those behind them: a registration gets the name that was
    typed, or none, and whoever has an account is told of it by mail whatever `send_confirmation` says.

    Locks: as `place_applicants`.
    Returns: one outcome for each row, in the order given.
    Raises: NotFound (404), RegistrationClosed (409), ValidationRefused (422) naming each malformed row's index.
    Publishes: RegistrationConfirmed, RegistrationWaitlisted; HoldExpired for holds that had run out.
    """
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound
    require_event_manager(actor, event)
    check_open_for_organizer(event)
    applicants, outcomes = _sort(event, people, source=source, actor=actor)
    if applicants:
        release_expired_holds(event_id=event_id, at=at)
        placements = place_applicants(
            event_id,
            list(applicants.values()),
            check=check_open_for_organizer,
            actor=actor,
            at=at,
            notify=send_confirmation,
        )
        for (index, applicant), placement in zip(applicants.items(), placements, strict=True):
            outcomes[index] = _outcome(applicant, placement)
    return [outcomes[index] for index in range(len(people))]


def check_open_for_organizer(event: Event) -> None:
    """Let an organizer add people whatever the deadline, the switch or the visibility say, but not the state.

    Raises: RegistrationClosed (409).
    """
    if event.status == EventStatus.DRAFT:
        raise RegistrationClosed("Please publish this event before you add people to it.")
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise RegistrationClosed("This event is over or was cancelled, so nobody can be added to it.")


def _sort(
    event: Event, people: Sequence[Newcomer], *, source: str, actor: Actor
) -> tuple[dict[int, Applicant], dict[int, RowOutcome]]:
    """Return the rows to place and those that are settled already, each by its index.

    Raises: ValidationRefused (422) naming each malformed row's index.
    """
    tickets = list(TicketType.objects.filter(event=event))
    default = next(ticket for ticket in tickets if ticket.is_default)
    by_id = {ticket.pk: ticket for ticket in tickets if ticket.is_active or ticket.is_default}
    fields = list(EventCustomField.objects.active().filter(event=event))
    accounts = _verified_accounts([person.email for person in people])
    applicants: dict[int, Applicant] = {}
    outcomes: dict[int, RowOutcome] = {}
    errors: dict[str, Any] = {}
    seen: set[str] = set()
    for index, newcomer in enumerate(people):
        ticket = by_id.get(newcomer.ticket_type_id) if newcomer.ticket_type_id else default
        if ticket is None:
            errors[str(index)] = {"ticket_type": ["This event has no such ticket."]}
        elif newcomer.email in seen:
            outcomes[index] = RowOutcome(newcomer.email, "skipped", "This address stands in the list twice.")
        elif ticket.price_minor:
            outcomes[index] = RowOutcome(newcomer.email, "refused", _why_not_added(event))
        else:
            seen.add(newcomer.email)
            account_id = accounts.get(newcomer.email)
            applicants[index] = Applicant(
                email=newcomer.email,
                ticket_type_id=ticket.pk,
                person=newcomer.person,
                user_id=account_id,
                by_owner=account_id is not None and account_id == actor.user_id,
                registered_by_id=actor.user_id,
                source=source,
                answers=_answers(index, fields, newcomer, errors),
            )
    if errors:
        raise ValidationRefused({"registrations": errors})
    return applicants, outcomes


def _why_not_added(event: Event) -> str:
    return PAY_THEMSELVES if payments_accepted(event.pk) else PaymentUnavailable.message


def _verified_accounts(emails: Sequence[str]) -> dict[str, UUID]:
    return dict(User.objects.verified().filter(email__in=emails).values_list("email", "pk"))


def _answers(
    index: int, fields: list[EventCustomField], newcomer: Newcomer, errors: dict[str, Any]
) -> tuple[tuple[UUID, str], ...]:
    # An organizer may not know what the questions would be answered with, so none is required here.
    asked = [question for question in fields if str(question.pk) in newcomer.answers]
    for question in asked:
        question.required = False
    if not newcomer.answers:
        return ()
    try:
        return tuple(validate_answers(asked, newcomer.answers).items())
    except ValidationRefused as refusal:
        errors[str(index)] = refusal.details
        return ()


def _outcome(applicant: Applicant, placement: Placement) -> RowOutcome:
    if placement.registration is None or placement.status is None:
        return RowOutcome(applicant.email, "refused", EventFull.message)
    registration_id = placement.registration.pk
    if placement.already_registered:
        return RowOutcome(applicant.email, "skipped", "This address is already registered.", registration_id)
    return RowOutcome(applicant.email, placement.status, "", registration_id)
