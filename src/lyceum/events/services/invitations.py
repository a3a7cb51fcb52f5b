"""Invitations: who is asked to come, the mail with its secret link, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet

from lyceum.accounts.ports import About, Recipient
from lyceum.accounts.services.notify import notify
from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, NotFound, ValidationRefused
from lyceum.events.errors import InvitationUsed
from lyceum.events.models import Event, EventInvitation
from lyceum.events.models.choices import EventStatus, InvitationStatus
from lyceum.events.services.locking import lock_own_event
from lyceum.integrations.email.services.suppress import suppressed_among

MAIL = "events.invitation"
MOST_AT_ONCE = 500
# As many as an event can have seats.
MOST_INVITATIONS = 10_000
OPEN_STATES = (EventStatus.DRAFT, EventStatus.PUBLISHED)


@dataclass(frozen=True)
class InvitingResult:
    """What came of a list of addresses; each skipped one is named with its reason."""

    created: list[EventInvitation]
    skipped: list[dict[str, str]]
    queued: int


@transaction.atomic
def invite(
    *, event_id: UUID, people: Sequence[tuple[str, str]], send_immediately: bool, actor: Actor, at: datetime
) -> InvitingResult:
    """Invite addresses, each once; those that opted out or bounced are never written to.

    Locks: Event.
    people: (address, name or empty), at most 500.
    send_immediately: queue the mails now, which needs a published event; else they wait for `send_invitations`.
    Raises: NotFound (404), InvalidState (409), ValidationRefused (422).
    """
    event = lock_own_event(event_id, actor)
    _check_open(event, sending=send_immediately)
    names: dict[str, str] = {}
    for email, name in people:
        names.setdefault(email.strip().lower(), name)
    known = set(event.invitations.filter(email__in=names).values_list("email", flat=True))
    silent = suppressed_among(names)
    skipped = [
        {"email": email, "reason": "already_invited" if email in known else "opted_out"}
        for email in names
        if email in known or email in silent
    ]
    created = EventInvitation.objects.bulk_create(
        [
            EventInvitation(event=event, email=email, full_name=name, invited_by_id=actor.user_id)
            for email, name in names.items()
            if email not in known and email not in silent
        ]
    )
    if created and event.invitations.count() > MOST_INVITATIONS:
        raise ValidationRefused({"emails": [f"An event has at most {MOST_INVITATIONS:,} invitations."]})
    queued = _queue(created, at) if send_immediately else 0
    return InvitingResult(created, skipped, queued)


@transaction.atomic
def send_invitations(*, event_id: UUID, actor: Actor, at: datetime, invitation_id: UUID | None = None) -> int:
    """Queue the mails of the invitations that have had none; return how many.

    Locks: Event, EventInvitation.
    invitation_id: only this one, and again if it was sent before.
    Raises: NotFound (404), InvalidState (409).
    """
    event = lock_own_event(event_id, actor)
    _check_open(event, sending=True)
    rows = EventInvitation.objects.select_for_update().filter(event=event)
    if invitation_id is None:
        rows = rows.filter(status=InvitationStatus.PENDING, queued_at__isnull=True)
    else:
        rows = rows.filter(pk=invitation_id)
        if not rows.exists():
            raise NotFound
    return _queue(list(rows.exclude(status=InvitationStatus.REGISTERED)), at)


@transaction.atomic
def revoke_invitation(*, event_id: UUID, invitation_id: UUID, actor: Actor, at: datetime) -> None:
    """Take an unused invitation back: its link stops working, and a mail still queued is not sent.

    Locks: Event, EventInvitation.
    Raises: NotFound (404), InvitationUsed (409).
    """
    event = lock_own_event(event_id, actor)
    row = EventInvitation.objects.select_for_update().filter(event=event, pk=invitation_id).first()
    if row is None:
        raise NotFound
    if row.status == InvitationStatus.REGISTERED:
        raise InvitationUsed
    row.delete()


def invitations_of(*, event_id: UUID | OuterRef, email: str | OuterRef) -> QuerySet[EventInvitation]:
    """Return the invitation of an address, of which there is one at most; it may stand in a query about registrations.

    email: in lower case.
    """
    return EventInvitation.objects.filter(event_id=event_id, email=email)


def mark_invitation_registered(*, event_id: UUID, email: str, registration_id: UUID, at: datetime) -> bool:
    """Note that an invited address has registered; say whether it was invited. Runs in the caller's transaction."""
    return bool(
        invitations_of(event_id=event_id, email=email.strip().lower()).update(
            status=InvitationStatus.REGISTERED, registered_at=at, registration_id=registration_id, updated_at=at
        )
    )


def mark_invitation_opened(*, invitation_id: UUID, at: datetime) -> None:
    """Note the first time that the mailed link was followed."""
    unopened = Q(status__in=(InvitationStatus.SENT, InvitationStatus.DELIVERED))
    EventInvitation.objects.filter(unopened, pk=invitation_id).update(
        status=InvitationStatus.OPENED, opened_at=at, updated_at=at
    )


def _queue(rows: Iterable[EventInvitation], at: datetime) -> int:
    queued = []
    for row in rows:
        row.queued_at = at
        if notify(MAIL, Recipient(row.email, row.full_name), About(row.pk, row.event_id), at=at):
            queued.append(row)
    EventInvitation.objects.bulk_update(queued, ["queued_at"])
    return len(queued)


def _check_open(event: Event, *, sending: bool) -> None:
    if event.status not in OPEN_STATES:
        raise InvalidState(f"Nobody can be invited to an event that is {event.status}.")
    if sending and event.status != EventStatus.PUBLISHED:
        raise InvalidState("Publish the event before its invitations go out.")
