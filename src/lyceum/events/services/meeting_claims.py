"""Whose a meeting's number is: the first organizer who enters it has it, until the last event that needs it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound, PermissionDenied
from lyceum.events.errors import MeetingClaimed
from lyceum.events.models import Meeting, MeetingNumber
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.events.models.meeting import Provider

# How long after its last event a number stays with who entered it: late reports arrive in this time.
RELEASED_AFTER = timedelta(hours=24)


def lock_numbers(numbers: Iterable[str], *, at: datetime) -> list[str]:
    """Lock the rows of numbers, made where they are missing, before anything else of a verb that may claim them.

    Two verbs that name the same numbers wait for each other here, whatever order they were sent in.
    Locks: MeetingNumber, by number.
    Returns: the numbers, each once.
    """
    named = sorted({one for one in numbers if one})
    free = [MeetingNumber(number=number, since=at) for number in named]
    MeetingNumber.objects.bulk_create(free, ignore_conflicts=True)
    rows = MeetingNumber.objects.filter(provider=Provider.ZOOM, number__in=named).order_by("number")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    return named


def sent_numbers(values: Mapping[str, Any]) -> list[str]:
    """Return the meeting numbers among the values sent for an event or a session."""
    rows = [values, *(values.get("sessions") or ())]
    return [str(row["zoom_meeting_id"]) for row in rows if row.get("zoom_meeting_id")]


def claim_numbers(*, owner_id: UUID, numbers: Iterable[str], at: datetime) -> None:
    """Take numbers for an organizer's events, or refuse if another organizer's events need one of them.

    The caller has locked the numbers (`lock_numbers`): of two who enter one at a time, the second waits.
    Raises: MeetingClaimed (409).
    """
    for number in sorted({one for one in numbers if one}):
        _claim(owner_id, number, at)


def _claim(owner_id: UUID, number: str, at: datetime) -> None:
    row = MeetingNumber.objects.of(number).select_related("owner", "host__owner").get()
    holder = _holder(row)
    if holder == owner_id:
        return
    if holder is not None and (row.host_id or _is_needed(number, holder, at)):
        raise MeetingClaimed(zoom_meeting_id=number)
    row.owner_id, row.host, row.since = owner_id, None, at
    row.save(update_fields=["owner", "host", "since", "updated_at"])


def holder_of(number: str) -> UUID | None:
    """Return the organizer whose number this is: its host's owner, else who has entered it."""
    row = MeetingNumber.objects.of(number).select_related("owner", "host__owner").first()
    return _holder(row) if row is not None else None


def _holder(row: MeetingNumber) -> UUID | None:
    owner = row.host.owner if row.host is not None else row.owner
    return owner.pk if owner is not None and owner.deleted_at is None else None


def _is_needed(number: str, owner_id: UUID, at: datetime) -> bool:
    """Say whether an organizer has an event with this number that isn't over, cancelled or deleted."""
    limit = at - RELEASED_AFTER
    of_event = Q(event__ends_at__gt=limit, **_alive("event", owner_id)) & ~Q(event__status=EventStatus.CANCELLED)
    of_session = Q(session__ends_at__gt=limit, **_alive("session__event", owner_id))
    of_session &= ~Q(session__status=SessionStatus.CANCELLED) & ~Q(session__event__status=EventStatus.CANCELLED)
    return Meeting.objects.filter(of_event | of_session, number=number).exists()


def _alive(path: str, owner_id: UUID) -> dict[str, object]:
    return {f"{path}__owner_id": owner_id, f"{path}__deleted_at__isnull": True}


def numbers_of(event_id: UUID) -> list[str]:
    """Return every meeting number of an event, its sessions' included."""
    rows = Meeting.objects.filter(Q(event=event_id) | Q(session__event=event_id)).exclude(number="")
    return sorted(set(rows.values_list("number", flat=True)))


@transaction.atomic
def release_number(*, number_id: UUID, actor: Actor, at: datetime) -> None:
    """Let staff take a number from who has it: the next organizer to enter it gets it.

    Locks: MeetingNumber.
    Raises: PermissionDenied (403) for anybody but staff, NotFound (404).
    """
    if not actor.manages_everything:
        raise PermissionDenied
    row = MeetingNumber.objects.select_for_update(of=("self",)).filter(pk=number_id).first()
    if row is None:
        raise NotFound
    row.owner, row.host, row.since = None, None, at
    row.save(update_fields=["owner", "host", "since", "updated_at"])
