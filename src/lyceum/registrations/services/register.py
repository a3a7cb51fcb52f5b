"""Registering for an event: the one verb for the API, the pages, guests and accounts, step by step.

1. Find the event and the ticket, as the caller may see them.
2. Check that registration is open, for this caller and this ticket.
3. Work out the applicant: whose seat it is, their name, their answers.
4. Take a seat or a position on the waiting list, and publish it in the same transaction.
5. Answer: what they have, or what somebody is told who asks for an address that is registered already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, MissingField, NotAuthenticated, NotFound, ValidationRefused
from lyceum.core.ledger import publish
from lyceum.events.models import Event, EventCustomField, EventInvitation, TicketType, registration_closed_reason
from lyceum.events.models.choices import EventStatus, Visibility
from lyceum.events.rules.custom_answers import validate_answers
from lyceum.events.selectors import find_invitation, may_see
from lyceum.registrations.errors import AlreadyRegistered, EventFull, PaymentUnavailable, RegistrationClosed
from lyceum.registrations.facts import RegistrationRepeated
from lyceum.registrations.models import PersonColumns, Registration
from lyceum.registrations.ports import payments_accepted
from lyceum.registrations.rules.availability import Availability, Offer
from lyceum.registrations.services.applicants import (
    Applicant,
    give_seat,
    new_registration,
    save_answers,
    seat_fact,
)
from lyceum.registrations.services.holds import release_expired_holds
from lyceum.registrations.services.placement import Placement, place_applicants
from lyceum.registrations.services.seats import take_seat_if_available

Source, Status = Registration.Source, Registration.Status
NO_EMAIL = {"email": ["Please give your email address, so that we can send you your place."]}
NO_NAME = {"name": ["Please give your name as it should stand on a certificate."]}
ANOTHER_ADDRESS = {"email": ["You are signed in; please leave this out, or sign out to use another."]}
INVITED_ANOTHER = {
    "email": ["This invitation was sent to another address. Please use that one, or ask the organizer for your own."]
}
# What an account says about its owner, where they don't say it anew.
_ACCOUNT_COLUMNS = ("full_name", "professional_title", "organization_name")

# One query brings the ticket, the event, and whether there are questions: it runs once for every sale.
_TICKET_TYPES = (
    TicketType.objects.select_related("event")
    .only(
        "price_minor",
        "is_active",
        "quantity",
        "sold",
        "event__status",
        "event__visibility",
        "event__owner_id",
        "event__deleted_at",
        "event__published_at",
        "event__starts_at",
        "event__registration_enabled",
        "event__registration_deadline",
        "event__capacity",
        "event__seats_taken",
        "event__waitlist_count",
        "event__waitlist_enabled",
    )
    .annotate(asks=Exists(EventCustomField.objects.active().filter(event=OuterRef("event_id"))))
    .order_by()
)
_VERIFIED_ACCOUNTS = User.objects.verified().order_by()


@dataclass(frozen=True, slots=True)
class _Sale:
    """What is read for one registration.

    ticket_type: None where the event doesn't sell the one that was asked for.
    asks: whether the event has questions.
    account_id: the verified account of a guest's address.
    """

    event: Event
    ticket_type: TicketType | None
    asks: bool
    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class Registered:
    """What the caller is told.

    registration: their own; None when the address is registered already and isn't theirs to know about.
    status, position: what they have; for an address that is registered already, what somebody new would get.
    """

    registration: Registration | None
    status: str
    position: int | None = None

    @property
    def already_registered(self) -> bool:
        """Whether nothing was changed, because somebody else's registration stands under this address."""
        return self.registration is None


def register(
    *,
    event_id: UUID,
    actor: Actor,
    email: str = "",
    answers: Mapping[str, Any] | None = None,
    ticket_type_id: UUID | None = None,
    allow_public_verification: bool = True,
    source: str | None = None,
    invitation_token: str = "",
    at: datetime,
    **person: Unpack[PersonColumns],
) -> Registered:
    """Give somebody a seat, a held seat where the ticket costs money, or a position on the waiting list.

    A seat that seems free is taken with few statements and the event's counter last, so that many people can register
    at once. Whatever gets in the way of that (the last seat gone, the address known) rolls back, and the applicant is
    placed under the event's lock.

    Locks: Event, TicketType; or as `place_applicants`.
    email, person: a guest's own; an account's are used for its owner, and another address is refused.
    answers: field uuid → value.
    invitation_token: the secret of a mailed invitation, which opens a private event to the address it was sent to.
    Raises: NotFound (404), RegistrationClosed (409), PaymentUnavailable (409), EmailNotVerified (403),
        MissingField (400), ValidationRefused (422), EventFull (400), AlreadyRegistered (400).
    Publishes: RegistrationConfirmed, HoldPlaced, RegistrationWaitlisted, RegistrationRepeated.
    """
    email = _email_of(actor, email, person)
    sale = _find_sale(event_id, ticket_type_id, email=email, actor=actor, token=invitation_token)
    check_open(sale.event, at)
    invited = _check_invitation(sale.event, email=email, actor=actor, token=invitation_token)
    ticket_type = _check_on_sale(sale)
    applicant = Applicant(
        email=email,
        ticket_type_id=ticket_type.pk,
        person=_person_of(actor, person),
        user_id=actor.user_id or sale.account_id,
        by_owner=actor.is_user,
        source=Source.INVITED if invited else source or _source_of(actor),
        allow_public_verification=allow_public_verification,
        answers=_check_answers(sale, answers),
    )
    if Availability.of(sale.event, [ticket_type]).offer(ticket_type.pk) is Offer.SEAT:
        try:
            return _take_seat(ticket_type, applicant, actor=actor, at=at)
        except (IntegrityError, _SeatTaken):
            pass
    else:
        _refuse_if_sold_out(sale.event, applicant, at=at)
    release_expired_holds(event_id=event_id, at=at)
    (placement,) = place_applicants(
        event_id, [applicant], check=lambda event: check_open(event, at), actor=actor, at=at
    )
    if placement.already_registered:
        return _answer_known_address(placement, applicant, actor=actor, at=at)
    return Registered(placement.registration, _require_room(placement), placement.position)


class _SeatTaken(Exception):
    """Somebody else took the seat after the counters were read."""


def _email_of(actor: Actor, email: str, person: PersonColumns) -> str:
    email = email.strip().lower()
    if not actor.is_user:
        if not email:
            raise MissingField(NO_EMAIL if person.get("full_name", "").strip() else {**NO_EMAIL, **NO_NAME})
        return email
    if not actor.email_verified:
        raise EmailNotVerified
    if email and email != actor.email:
        raise ValidationRefused(ANOTHER_ADDRESS)
    return actor.email


def _find_sale(event_id: UUID, ticket_type_id: UUID | None, *, email: str, actor: Actor, token: str) -> _Sale:
    """Raises: NotFound (404) for a private event that the caller wasn't invited to, or no event."""
    which: dict[str, Any] = {"pk": ticket_type_id} if ticket_type_id else {"is_default": True}
    ticket_types = _TICKET_TYPES.filter(event_id=event_id, **which)
    if not actor.is_user:
        # A guest's address that belongs to a verified account is linked at once; its owner's mail offers to cancel.
        accounts = _VERIFIED_ACCOUNTS.filter(email=email)
        ticket_types = ticket_types.annotate(account_id=Subquery(accounts.values("pk")[:1]))
    ticket_type = next(iter(ticket_types[:1]), None)
    event = ticket_type.event if ticket_type else Event.objects.filter(pk=event_id).first()
    if event is None or not may_see(event, actor=actor, token=token):
        raise NotFound
    return _Sale(
        event=event,
        ticket_type=ticket_type,
        asks=getattr(ticket_type, "asks", False),
        account_id=getattr(ticket_type, "account_id", None),
    )


def check_open(event: Event, at: datetime) -> None:
    """Refuse what nobody may see, and what takes no registrations now.

    Raises: NotFound (404), RegistrationClosed (409) with the reason.
    """
    never_shown = event.status == EventStatus.CANCELLED and event.published_at is None
    if event.deleted_at is not None or event.status == EventStatus.DRAFT or never_shown:
        raise NotFound
    if reason := registration_closed_reason(event, at):
        raise RegistrationClosed(reason)


def _check_invitation(event: Event, *, email: str, actor: Actor, token: str) -> bool:
    """Say whether the organizer invited this very address; a mailed link must not let in whoever it is passed on to.

    Raises: ValidationRefused (422) for somebody else's invitation to a private event.
    """
    invited = False
    if event.visibility == Visibility.PRIVATE or token:
        if actor.is_user:
            invited = EventInvitation.objects.filter(event_id=event.pk, email=email).exists()
        else:
            invitation = find_invitation(event.pk, token)
            invited = invitation is not None and invitation.email == email
    if not invited and not may_see(event, actor=actor):
        raise ValidationRefused(INVITED_ANOTHER)
    return invited


def _check_on_sale(sale: _Sale) -> TicketType:
    if sale.ticket_type is None:
        raise ValidationRefused({"ticket_type": ["This event has no such ticket."]})
    if not sale.ticket_type.is_active:
        raise ValidationRefused({"ticket_type": ["This ticket isn't on sale."]})
    if sale.ticket_type.price_minor and not payments_accepted(sale.event.pk):
        raise PaymentUnavailable
    return sale.ticket_type


def _person_of(actor: Actor, given: PersonColumns) -> PersonColumns:
    """Return what is said about the person; what an account leaves out comes from its profile."""
    person: dict[str, Any] = {**given, "full_name": given.get("full_name", "").strip()}
    if actor.is_user:
        account = User.objects.filter(pk=actor.user_id, is_active=True).values(*_ACCOUNT_COLUMNS).first()
        if account is None:
            raise NotAuthenticated
        person |= {name: value for name, value in account.items() if not person.get(name)}
    if not person["full_name"]:
        raise MissingField(NO_NAME)
    return cast(PersonColumns, person)


def _source_of(actor: Actor) -> str:
    return Source.SELF_REGISTERED if actor.scopes is None else Source.API


def _check_answers(sale: _Sale, answers: Mapping[str, Any] | None) -> tuple[tuple[UUID, str], ...]:
    if not sale.asks and not answers:
        return ()
    questions = list(EventCustomField.objects.active().filter(event_id=sale.event.pk)) if sale.asks else []
    return tuple(validate_answers(questions, answers).items())


@transaction.atomic
def _take_seat(ticket_type: TicketType, applicant: Applicant, *, actor: Actor, at: datetime) -> Registered:
    """Insert the registration, publish it, and move the contended counter last.

    Raises: IntegrityError for an address that is known, _SeatTaken when the seat went to somebody else.
    """
    registration = new_registration(ticket_type.event_id, applicant, at=at)
    give_seat(registration, ticket_type, at=at)
    registration.save(force_insert=True)
    save_answers([(registration, applicant)])
    publish(seat_fact(registration), actor=actor, about=registration.pk, at=at)
    if not take_seat_if_available(event_id=ticket_type.event_id, ticket_type_id=ticket_type.pk, at=at):
        raise _SeatTaken
    return Registered(registration, registration.status)


def _refuse_if_sold_out(event: Event, applicant: Applicant, *, at: datetime) -> None:
    """Tell the crowd that comes after the last seat went, without queueing for the event's lock.

    Whoever is registered already, and everybody where a hold has run out, goes on to be placed.

    Raises: EventFull (400).
    """
    if event.waitlist_enabled:
        return
    own = Q(email=applicant.email) | Q(user_id=applicant.user_id, user_id__isnull=False)
    ran_out = Q(status=Status.PENDING, held_until__lte=at)
    known = Registration.all_objects.filter(event_id=event.pk).filter(own & ~Q(status=Status.CANCELLED) | ran_out)
    if not known.exists():
        raise EventFull


def _require_room(placement: Placement) -> str:
    if placement.status is None:
        raise EventFull
    return placement.status


def _answer_known_address(placement: Placement, applicant: Applicant, *, actor: Actor, at: datetime) -> Registered:
    """Answer somebody who asks for an address that is registered already; its registration stays as it is.

    Whoever comes back to pay gets their own hold again, with the deadline it has: asking anew must not keep a seat
    for ever without paying. Other owners with an account are told that they are registered. Everybody else is a
    stranger, who gets the answer that somebody new would get, while the address's owner is told by mail.

    Whose hold it is: an account's is answered to that account alone. A guest proves nothing but the address, so a hold
    without an account is answered to any guest who asks for the same address and the same ticket. A stranger who does
    so learns what the first answer said to whoever made the hold: that this address has a seat to pay for, for the
    minutes that a hold lasts. They learn neither name nor answers, change nothing, and get no link: the id opens
    nothing without the mailed one. Paid and free registrations answer nobody but their owner; a stranger who asks twice
    can tell them from a hold, whose id stays the same.

    Raises: AlreadyRegistered (400), EventFull (400).
    Publishes: RegistrationRepeated.
    """
    known = placement.registration
    if known is None:
        raise LookupError("A known address has a registration.")
    owned = known.user_id is None or known.user_id == actor.user_id
    if owned and known.status == Status.PENDING and known.ticket_type_id == applicant.ticket_type_id:
        return Registered(known, known.status)
    if owned and actor.is_user:
        raise AlreadyRegistered(registration_uuid=str(known.pk))
    with transaction.atomic():
        fact = RegistrationRepeated(registration_id=known.pk, event_id=known.event_id)
        publish(fact, actor=actor, about=known.pk, at=at)
    return Registered(None, _require_room(placement), placement.position)
