"""To whom the meetings of a vendor's account belong: noted when one is held, proven by the host's address, or given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, PermissionDenied, ValidationRefused
from lyceum.events.models import Event, MeetingHost, MeetingNumber
from lyceum.events.models.choices import EventStatus
from lyceum.events.models.meeting_owner import Proof
from lyceum.events.services.meeting_claims import holder_of
from lyceum.events.services.meetings import NOT_YOURS, UNPROVEN, note_meeting_error


def find_host(account_id: str, host_id: str) -> MeetingHost | None:
    """Return whose the meetings of this host are, if anybody's."""
    return MeetingHost.objects.exclude(_nobodys()).filter(account_id=account_id, host_id=host_id).first()


def is_proven(host: MeetingHost | None) -> bool:
    """Say whether more speaks for the owner than that a meeting of theirs ran first."""
    return host is not None and host.proof != Proof.RAN


def _nobodys() -> Q:
    return Q(owner__isnull=True) | Q(owner__deleted_at__isnull=False)


def note_run(*, account_id: str, host_id: str, owner_id: UUID, at: datetime) -> MeetingHost:
    """Note that a host's meeting was held while an organizer's event was on; the first organizer owns the host.

    Whoever comes later gets the row as it is: two deliveries at one moment can't make two owners.
    Locks: MeetingHost, by its insert or update.
    """
    row = MeetingHost(account_id=account_id, host_id=host_id, owner_id=owner_id, proof=Proof.RAN, since=at)
    MeetingHost.objects.bulk_create([row], ignore_conflicts=True)
    same = MeetingHost.objects.filter(account_id=account_id, host_id=host_id)
    same.filter(_nobodys()).update(owner_id=owner_id, proof=Proof.RAN, since=at, updated_at=at)
    return same.get()


def prove_by_address(*, account_id: str, host_id: str, email: str, at: datetime) -> bool:
    """Give a host to the organizer whose verified address the host is signed in with at the vendor.

    It outweighs that somebody else's event was on first, and nothing stronger.
    Locks: MeetingHost, by its insert or update.
    Returns: whether the host's meetings were somebody else's before.
    """
    owner_id = (
        User.objects.filter(email=email.lower(), email_verified_at__isnull=False, is_active=True, is_organizer=True)
        .values_list("pk", flat=True)
        .first()
    )
    if owner_id is None:
        return False
    proven = {"owner_id": owner_id, "proof": Proof.ADDRESS, "since": at}
    row = MeetingHost(account_id=account_id, host_id=host_id, **proven)
    MeetingHost.objects.bulk_create([row], ignore_conflicts=True)
    same = MeetingHost.objects.filter(Q(proof=Proof.RAN) | _nobodys(), account_id=account_id, host_id=host_id)
    others = same.exclude(owner=owner_id).exclude(owner__isnull=True).exists()
    same.update(**proven, updated_at=at)
    return others


def bind_number(*, host: MeetingHost, number: str, moved: bool, at: datetime) -> list[UUID]:
    """Keep that a host uses a number: it is the host's owner's from now on.

    A host that isn't proven to be its owner's takes no number from another organizer who holds it.

    moved: the host has just become this owner's.
    Locks: MeetingNumber, by its update.
    Returns: the events of others that have the number, whose organizers are to be told (`note_not_theirs`).
    """
    if not is_proven(host) and holder_of(number) not in {None, host.owner_id}:
        return []
    bound = MeetingNumber.objects.of(number).exclude(host=host).update(host=host, updated_at=at)
    return _events_of_others(host, [number]) if bound or moved else []


def _events_of_others(host: MeetingHost, numbers: Iterable[str]) -> list[UUID]:
    meets = Q(meeting__number__in=numbers) | Q(sessions__meeting__number__in=numbers)
    running = Q(status__in=(EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.LIVE))
    others = Event.objects.filter(meets, running).exclude(owner=host.owner_id)
    return sorted(set(others.values_list("pk", flat=True)))


def proof_note_is_due(event: Event, host: MeetingHost) -> bool:
    """Say whether the note of `note_proof` on an event is missing, or stands there although it is proven.

    event: read with its meeting.
    """
    return (event.online.error == UNPROVEN) == (event.owner_id == host.owner_id)


def note_proof(event: Event, host: MeetingHost) -> None:
    """Show on an event that another organizer's Zoom account reports its meeting, so that names wait for a proof.

    Once it is proven, that is taken away again.

    Locks: Meeting, by its update; the caller holds the event and its sessions.
    """
    note_meeting_error(event_id=event.pk, error="" if event.owner_id == host.owner_id else UNPROVEN)


def note_not_theirs(event_ids: Sequence[UUID]) -> None:
    """Show on events that the meeting entered there belongs to somebody else.

    Locks: Meeting, by its update.
    """
    for event_id in event_ids:
        note_meeting_error(event_id=event_id, error=NOT_YOURS)


@transaction.atomic
def give_host(*, host_id: UUID, owner_id: UUID | None, actor: Actor, at: datetime) -> MeetingHost:
    """Let staff settle to whom a host's meetings belong; None gives them up, to whoever runs the next one.

    What was taken in before stays at the event where it is, and shows nobody's name there any more.
    Locks: MeetingHost, Meeting by its update.
    Raises: PermissionDenied (403) for anybody but staff, NotFound (404), ValidationRefused (422).
    """
    if not actor.manages_everything:
        raise PermissionDenied
    host = MeetingHost.objects.select_for_update(of=("self",)).filter(pk=host_id).first()
    if host is None:
        raise NotFound
    if owner_id is not None and not User.objects.filter(pk=owner_id, is_organizer=True, is_active=True).exists():
        raise ValidationRefused({"owner": ["Please choose an organizer."]})
    host.owner_id, host.proof, host.since = owner_id, Proof.STAFF, at
    host.save(update_fields=["owner", "proof", "since", "updated_at"])
    if owner_id is not None:
        note_not_theirs(_events_of_others(host, list(host.numbers.values_list("number", flat=True))))
    return host
