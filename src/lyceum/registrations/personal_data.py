"""What registrations holds about a person, and how it forgets it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lyceum.core.actors import Actor
from lyceum.core.personal_data import Held, Person, erased_address, register_personal_data
from lyceum.events.models import Event
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.models import AttendanceRecord, CustomFieldResponse, GuestLink, Registration
from lyceum.registrations.services.cancel import cancel_rows
from lyceum.registrations.services.seats import lock_ticket_types
from lyceum.registrations.services.waiting_list import fill_free_seats


def registrations_of(person: Person) -> QuerySet[Registration]:
    """Return the account's registrations, and guests' ones of a proven address that were not linked to it yet."""
    unlinked = Q(user__isnull=True, email__in=person.emails)
    return Registration.all_objects.filter(Q(user_id=person.user_id) | unlinked).order_by("registered_at", "id")


REGISTRATIONS = Held(
    Registration,
    rows=registrations_of,
    file="registrations.json",
    exported=(
        "id",
        "event__title",
        "email",
        *Registration.PERSON_COLUMNS,
        "status",
        "source",
        "registered_at",
        "waitlisted_at",
        "promoted_at",
        "cancelled_at",
        "cancellation_reason",
        "certificate_issued_at",
        "allow_public_verification",
    ),
    withheld={
        "check_in_code": "Whoever knows it can be checked in with it; it stands on the ticket.",
        "notes": "The organizer's own words, for the organizer alone.",
    },
    erased={
        "email": lambda row: erased_address(row.pk),
        **dict.fromkeys(Registration.PERSON_COLUMNS, ""),
        "full_name": "Deleted User",
        "cancellation_reason": "",
        "notes": "",
        "user": None,
    },
    kept=dict.fromkeys(("status", "source"), "The event's numbers, and its certificates' proof.")
    | {"check_in_code": "Drawn at random; it is unique within the event."},
)


def answers_of(person: Person) -> QuerySet[CustomFieldResponse]:
    """Return what the person answered to organizers' questions."""
    own = registrations_of(person).order_by()
    return CustomFieldResponse.objects.filter(registration__in=own).order_by("created_at", "id")


ANSWERS = Held(
    CustomFieldResponse,
    rows=answers_of,
    file="registration_answers.json",
    exported=("registration_id", "registration__event__title", "field__label", "value"),
    deleted=True,
)
GUEST_LINKS = Held(
    GuestLink,
    rows=lambda person: GuestLink.objects.filter(registration__in=registrations_of(person).order_by()),
    withheld={"token_hash": "It opens the registration."},
    deleted=True,
)


def give_back_seats(person: Person, *, at: datetime) -> None:
    """Give back the seats, and the positions on waiting lists, that are still ahead.

    Everything of the person's that later holdings change is locked here already, in the order that all verbs keep.
    So are the events of whose meetings the person was without a registration: whoever makes intervals anew holds the
    event, and must not write an address back that was erased meanwhile.
    Locks: Event by id, TicketType, Registration by id.
    """
    own = registrations_of(person).order_by()
    seen_at = AttendanceRecord.objects.filter(participant_email__in=person.emails).order_by().values("event")
    concerned = Q(pk__in=own.values("event")) | Q(pk__in=seen_at)
    events = list(Event.all_objects.filter(concerned).order_by("pk").select_for_update())
    ahead = [event for event in events if _is_ahead(event, at)]
    for event in ahead:
        lock_ticket_types(event)
    rows = list(own.order_by("pk").select_for_update())
    for event in ahead:
        held = [row for row in rows if row.event_id == event.pk and not row.is_deleted]
        _give_back(event, [row for row in held if row.status in Registration.CANCELLABLE], at)


def _is_ahead(event: Event, at: datetime) -> bool:
    return not event.is_deleted and event.status == EventStatus.PUBLISHED and event.starts_at > at


def _give_back(event: Event, rows: list[Registration], at: datetime) -> None:
    if rows:
        cancel_rows(event, rows, reason="", by="account", actor=Actor.system(), at=at)
        fill_free_seats(event, actor=Actor.system(), at=at)


register_personal_data("seats", erase=give_back_seats)
register_personal_data("registrations", held=(ANSWERS, GUEST_LINKS, REGISTRATIONS))
