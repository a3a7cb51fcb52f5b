"""Registering for an event: the one way in, for the API, the pages and guests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import EmailNotVerified, MissingField, NotAuthenticated, ValidationRefused
from lyceum.core.ids import new_id
from lyceum.core.ledger import publish
from lyceum.events.rules.custom_answers import validate_answers
from lyceum.registrations.errors import AlreadyRegistered, EventFull
from lyceum.registrations.facts import RegistrationConfirmed, RegistrationRepeated
from lyceum.registrations.models import Registration
from lyceum.registrations.services.door import Door, check_open, open_door
from lyceum.registrations.services.place import Applicant, Placed, new_row, place_all, write_answers
from lyceum.registrations.services.seats import take_seat_if_free

Source = Registration.Source
NAMELESS = {"name": ["Please give your name as it should stand on a certificate."]}
_ACCOUNT = ("full_name", "professional_title", "organization_name")


@dataclass(frozen=True, slots=True)
class Place:
    """What the caller is told. `registration` is None when the address had a place already and isn't the caller's."""

    registration_id: UUID
    status: str
    position: int | None
    registration: Registration | None


class _SeatGone(Exception):
    """Somebody else took the seat between the look and the leap."""


def register(
    *,
    event_id: UUID,
    actor: Actor,
    email: str = "",
    full_name: str = "",
    answers: Mapping[str, Any] | None = None,
    ticket_type_id: UUID | None = None,
    allow_public_verification: bool = True,
    professional_title: str = "",
    organization_name: str = "",
    source: str | None = None,
    invitation_token: str = "",
    at: datetime,
) -> Place:
    """Give somebody a seat, or a place on the waiting list.

    A seat that looks free is taken with few statements and the event's counter last; whatever gets in the way of
    that (the last seat gone, the address known) rolls back and goes the careful way, under the event's lock.

    Locks: own new row, Event, TicketType; or as `place_all`.
    email, full_name: a guest's own; an account's are used for its owner, and another address is refused.
    answers: field uuid → value.
    invitation_token: the secret of a mailed invitation, which opens a private event.
    Raises: NotFound (404), RegistrationClosed (409), PaymentUnavailable (409), EmailNotVerified (403),
        MissingField (400), ValidationRefused (422), EventFull (400), AlreadyRegistered (400).
    Publishes: RegistrationConfirmed, RegistrationWaitlisted, RegistrationRepeated.
    """
    wish = Applicant(
        email=_own_address(actor, email, full_name),
        ticket_type_id=ticket_type_id or new_id(),
        full_name=full_name.strip(),
        professional_title=professional_title,
        organization_name=organization_name,
        source=source or _source(actor),
        allow_public_verification=allow_public_verification,
    )
    look = partial(
        open_door,
        event_id=event_id,
        email=wish.email,
        ticket_type_id=ticket_type_id,
        actor=actor,
        invitation_token=invitation_token,
        at=at,
    )
    try:
        with transaction.atomic():
            place = _enter(wish, look(), answers, actor=actor, at=at)
    except (IntegrityError, _SeatGone):
        with transaction.atomic():
            place = _enter(wish, look(), answers, actor=actor, at=at, carefully=True)
    if place.status == "full":
        raise EventFull
    return place


def _enter(
    wish: Applicant,
    door: Door,
    answers: Mapping[str, Any] | None,
    *,
    actor: Actor,
    at: datetime,
    carefully: bool = False,
) -> Place:
    event_id = door.event.pk
    person = _complete(wish, door, actor, answers)
    if door.invited:
        person = replace(person, source=Source.INVITED)
    if door.looks_free and not carefully:
        return _take_seat(event_id, person, actor=actor, at=at)
    _refuse_if_full(door, person)
    (placed,) = place_all(event_id, [person], check=lambda event: check_open(event, at), actor=actor, at=at)
    return _tell(event_id, placed, actor=actor, at=at)


def _source(actor: Actor) -> str:
    return Source.SELF_REGISTERED if actor.scopes is None else Source.API


def _own_address(actor: Actor, email: str, full_name: str) -> str:
    if not actor.is_user:
        if not email.strip():
            missing = {"email": ["Please give your email address, so that we can send you your place."]}
            raise MissingField(missing if full_name.strip() else {**missing, **NAMELESS})
        return email.strip().lower()
    if not actor.email_verified:
        raise EmailNotVerified
    if email and email.strip().lower() != actor.email:
        raise ValidationRefused({"email": ["You are signed in; please leave this out, or sign out to use another."]})
    return actor.email


def _complete(wish: Applicant, door: Door, actor: Actor, answers: Mapping[str, Any] | None) -> Applicant:
    # A guest's address that belongs to a verified account is linked at once; its owner's mail offers to cancel.
    person = _with_account(wish, actor) if actor.is_user else replace(wish, user_id=door.account_id)
    if not person.full_name:
        raise MissingField(NAMELESS)
    kept = validate_answers(door.fields, answers) if door.fields or answers else {}
    return replace(person, ticket_type_id=door.ticket_type.pk, answers=tuple(kept.items()))


def _with_account(wish: Applicant, actor: Actor) -> Applicant:
    account = User.objects.filter(pk=actor.user_id, is_active=True).only(*_ACCOUNT).first()
    if account is None:
        raise NotAuthenticated
    return replace(
        wish,
        user_id=account.pk,
        full_name=wish.full_name or account.full_name,
        professional_title=wish.professional_title or account.professional_title,
        organization_name=wish.organization_name or account.organization_name,
    )


def _take_seat(event_id: UUID, person: Applicant, *, actor: Actor, at: datetime) -> Place:
    row = new_row(event_id, person, at=at)
    row.save(force_insert=True)
    write_answers([(row, person.answers)])
    publish(RegistrationConfirmed(registration_id=row.pk, event_id=event_id), actor=actor, about=row.pk, at=at)
    if not take_seat_if_free(event_id=event_id, ticket_type_id=person.ticket_type_id, at=at):
        raise _SeatGone
    return Place(row.pk, row.status, None, row)


def _refuse_if_full(door: Door, person: Applicant) -> None:
    # Most of a crowd arrives after the last seat went: they are told without queueing for the event's lock.
    if door.event.waitlist_enabled or door.looks_free:
        return
    mine = Q(email=person.email) | Q(user_id=person.user_id, user_id__isnull=False)
    known = Registration.all_objects.filter(mine, event_id=door.event.pk)
    if not known.exclude(status=Registration.Status.CANCELLED).exists():
        raise EventFull


def _tell(event_id: UUID, placed: Placed, *, actor: Actor, at: datetime) -> Place:
    row = placed.registration
    if placed.result == "existing" and row is not None:
        if actor.is_user and row.user_id in (None, actor.user_id):
            raise AlreadyRegistered(registration_uuid=str(row.pk))
        return _tell_nothing(event_id, row, placed, actor=actor, at=at)
    if row is None:
        raise EventFull
    return Place(row.pk, row.status, placed.position, row)


def _tell_nothing(event_id: UUID, row: Registration, placed: Placed, *, actor: Actor, at: datetime) -> Place:
    """Answer as for a new person, change nothing, and let the address's owner know."""
    fact = RegistrationRepeated(registration_id=row.pk, event_id=event_id)
    publish(fact, actor=actor, about=row.pk, at=at)
    if placed.would == "full" or placed.would is None:
        return Place(new_id(), "full", None, None)
    return Place(new_id(), placed.would, placed.position, None)
