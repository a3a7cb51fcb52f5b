"""What registrations does on its own facts and on those of the apps below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from lyceum.accounts.facts import EmailVerified
from lyceum.accounts.ports import About
from lyceum.accounts.rules.topics import Topic
from lyceum.accounts.services.notify import hour_of, notify, notify_at_most_hourly
from lyceum.core.actors import Actor
from lyceum.core.ledger import reaction
from lyceum.events.facts import EventCancelled, EventCapacityRaised, EventTimesChanged
from lyceum.events.models import Event
from lyceum.events.services.invitations import invitations_of, mark_invitation_registered
from lyceum.registrations import mails
from lyceum.registrations.facts import (
    HoldExpired,
    HoldPlaced,
    HoldReleased,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationLinked,
    RegistrationPromoted,
    RegistrationRepeated,
    RegistrationWaitlisted,
)
from lyceum.registrations.models import Registration
from lyceum.registrations.services.cancel import cancel_all
from lyceum.registrations.services.link_to_account import link_guest_rows
from lyceum.registrations.services.promote import promote_into_free_seats

_TOLD_OF_CHANGES = (*Registration.SEATED, Registration.Status.WAITLISTED)
_ADDED_BY_OTHERS = (Registration.Source.ORGANIZER_ADDED, Registration.Source.IMPORTED)
_TOLD_ON_LINKING: dict[str, str] = {
    Registration.Status.CONFIRMED: mails.CONFIRMATION,
    Registration.Status.WAITLISTED: mails.WAITLISTED,
}
PIECE = 500


@reaction(RegistrationConfirmed, name="registrations.welcome", many=True)
def welcome(facts: Sequence[RegistrationConfirmed], *, at: datetime) -> None:
    """Mail the people, tick off their invitations, tell the organizers."""
    _arrived(facts, mails.CONFIRMATION, at)


@reaction(RegistrationWaitlisted, name="registrations.tell_waitlisted", many=True)
def tell_waitlisted(facts: Sequence[RegistrationWaitlisted], *, at: datetime) -> None:
    """As `welcome`, for those who wait."""
    _arrived(facts, mails.WAITLISTED, at)


@reaction(RegistrationPromoted, name="registrations.tell_promoted")
def tell_promoted(fact: RegistrationPromoted, *, at: datetime) -> None:
    """Mail the good news."""
    if row := _row(fact.registration_id):
        _mail(mails.PROMOTED, row, at)


@reaction(HoldPlaced, name="registrations.tell_held")
def tell_held(fact: HoldPlaced, *, at: datetime) -> None:
    """Mail until when the seat is held, with the link by which it is paid for."""
    row = _row(fact.registration_id)
    if row is not None and fact.notify:
        _mail(mails.HELD, row, at)


@reaction(HoldReleased, name="registrations.tell_released")
def tell_released(fact: HoldReleased, *, at: datetime) -> None:
    """Confirm by mail that the held seat was given up."""
    if row := _row(fact.registration_id):
        _mail(mails.CANCELLED, row, at, by="attendee", was=Registration.Status.PENDING)


@reaction(HoldExpired, name="registrations.tell_expired")
def tell_expired(fact: HoldExpired, *, at: datetime) -> None:
    """Mail that the seat wasn't paid for in time, and what can be done now."""
    if row := _row(fact.registration_id):
        _mail(mails.HOLD_EXPIRED, row, at)


@reaction(RegistrationRepeated, name="registrations.tell_repeated")
def tell_repeated(fact: RegistrationRepeated, *, at: datetime) -> None:
    """Tell the owner of an address, whom the caller heard nothing of."""
    if row := _row(fact.registration_id):
        # Once an hour at most, however often a stranger tries.
        _mail(mails.ALREADY_REGISTERED, row, at, dedupe_key=f"{row.pk}:{mails.hour_of(at):%Y-%m-%dT%H}")


@reaction(RegistrationCancelled, name="registrations.tell_cancelled")
def tell_cancelled(fact: RegistrationCancelled, *, at: datetime) -> None:
    """Mail that the registration is cancelled; an account that was deleted gets no mail any more."""
    row = _row(fact.registration_id)
    if row is None or fact.by == "account":
        return
    if fact.by == "event":
        _mail(mails.EVENT_CANCELLED, row, at)
    else:
        _mail(mails.CANCELLED, row, at, by=fact.by, was=fact.was)


@reaction(EventCancelled, name="registrations.cancel_places")
def cancel_places(fact: EventCancelled, *, at: datetime) -> None:
    """Cancel every registration of an event that will not take place."""
    cancel_all(event_id=fact.event_id, reason="The event was cancelled.", at=at)


@reaction(EventCapacityRaised, name="registrations.promote")
def promote_waiting(fact: EventCapacityRaised, *, at: datetime) -> None:
    """Fill the new seats from the waiting list."""
    promote_into_free_seats(event_id=fact.event_id, actor=Actor.system(), at=at)


@reaction(EventTimesChanged, name="registrations.tell_times")
def tell_times(fact: EventTimesChanged, *, at: datetime) -> None:
    """Mail everybody who has a seat, or waits for one, the new times."""
    event = Event.objects.filter(pk=fact.event_id).first()
    if event is None:
        return
    rows = Registration.objects.filter(event=event, status__in=_TOLD_OF_CHANGES).only(*CONTACT_COLUMNS)
    times = mails.times_of(event)
    for row in rows.iterator(chunk_size=PIECE):
        _mail(mails.EVENT_CHANGED, row, at, times=times)


@reaction(EmailVerified, name="registrations.link")
def link(fact: EmailVerified, *, at: datetime) -> None:
    """Give an account the registrations that its address got as a guest."""
    link_guest_rows(user_id=fact.user_id, at=at)


@reaction(RegistrationLinked, name="registrations.tell_linked")
def tell_linked(fact: RegistrationLinked, *, at: datetime) -> None:
    """Tell an account of what an organizer added it to before, unless its address was told then."""
    row = Registration.objects.filter(pk=fact.registration_id).only(*CONTACT_COLUMNS, "status", "source").first()
    kind = _TOLD_ON_LINKING.get(row.status) if row and row.source in _ADDED_BY_OTHERS else None
    if row is not None and kind is not None and not mails.was_told(row):
        _mail_in_silence(kind, row, at)


CONTACT_COLUMNS = ("id", "event_id", "user_id", "email", "full_name", "registered_at")


def _row(registration_id: UUID) -> Registration | None:
    row: Registration | None = Registration.objects.filter(pk=registration_id).only(*CONTACT_COLUMNS).first()
    return row


def _mail(kind: str, row: Registration, at: datetime, dedupe_key: str | None = None, **params: object) -> None:
    notify(kind, row.recipient, About(row.pk, row.event_id), params=params, dedupe_key=dedupe_key, at=at)


def _mail_in_silence(kind: str, row: Registration, at: datetime) -> None:
    """Mail the owner of an account about a registration that an organizer made without telling anybody.

    The mail isn't listed with the event's: there it would say which of the addresses have an account.
    """
    notify(kind, row.recipient, About(row.pk), at=at)


def _arrived(facts: Sequence[RegistrationConfirmed | RegistrationWaitlisted], kind: str, at: datetime) -> None:
    """Do what follows when people have registered; two facts about one registration lead to one mail, told aloud."""
    loudly = {fact.registration_id for fact in facts if fact.notify}
    invitation = invitations_of(event_id=OuterRef("event_id"), email=OuterRef("email"))
    found = Registration.objects.select_related("event").annotate(invited=Exists(invitation))
    arrived = found.only(*CONTACT_COLUMNS, "event__owner_id").filter(pk__in={fact.registration_id for fact in facts})
    rows = list(arrived.order_by("registered_at", "pk"))
    for row in rows:
        if row.invited:
            mark_invitation_registered(event_id=row.event_id, email=row.email, registration_id=row.pk, at=at)
    for row in rows:
        if row.pk in loudly:
            _mail(kind, row, at)
        elif row.user_id is not None:
            _mail_in_silence(kind, row, at)
    _tell_organizers([row for row in rows if row.pk in loudly and row.event.owner_id != row.user_id], at)


def _tell_organizers(rows: Iterable[Registration], at: datetime) -> None:
    by_hour: dict[tuple[UUID, datetime], list[Registration]] = defaultdict(list)
    for row in rows:
        by_hour[row.event_id, hour_of(row.registered_at)].append(row)
    # In one order, so that two workers never wait for each other's mails; of each hour the first, and one for the rest.
    for key in sorted(by_hour):
        for row in by_hour[key][:2]:
            _tell_organizer(row, at)


def _tell_organizer(row: Registration, at: datetime) -> None:
    notify_at_most_hourly(
        mails.NEW_REGISTRATIONS,
        lambda: row.event.owner.recipient,
        About(event_id=row.event_id),
        topic=Topic.NEW_REGISTRATION,
        happened_at=row.registered_at,
        at=at,
    )
