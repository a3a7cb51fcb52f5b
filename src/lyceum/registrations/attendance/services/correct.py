"""What an organizer says about attendance: it outranks what the intervals say, and it leaves a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import MissingField, NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import Event
from lyceum.events.policies import require_event_manager
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.facts import AttendanceCorrected
from lyceum.registrations.attendance.services.frame import load_frame
from lyceum.registrations.attendance.services.marks import lock_event
from lyceum.registrations.attendance.services.recompute import count_attendance, recompute
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class AttendanceByHand:
    """One row of what an organizer entered. percent: 0–100, or None for all of it. attended None takes it back."""

    registration_id: UUID
    attended: bool | None
    percent: int | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """missing: no confirmed registration of this event has that id."""

    updated: list[UUID]
    missing: list[UUID]


@transaction.atomic
def mark_attendance(
    *, event_id: UUID, registration_id: UUID, entry: AttendanceByHand, actor: Actor, at: datetime
) -> Registration:
    """Enter one person's attendance by hand (A26). The minutes stay what the intervals say.

    Locks: Event, Registration.
    Raises: NotFound (404), NotConfirmed (409).
    Publishes: AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    event = _own_event(event_id, actor)
    row = _lock(event, [registration_id]).get(registration_id)
    if row is None:
        raise NotFound
    if row.status != Registration.Status.CONFIRMED:
        raise NotConfirmed
    _enter(row, entry, actor, at)
    _decide(event, [row.pk], actor, at)
    row.refresh_from_db()
    return row


@transaction.atomic
def mark_attendance_bulk(
    *, event_id: UUID, entries: Sequence[AttendanceByHand], actor: Actor, at: datetime
) -> BulkOutcome:
    """Enter many people's attendance, all in one transaction; who isn't there is reported (A30).

    The last of several entries for one person counts.
    Locks: Event, Registration in the order of their ids.
    Raises: NotFound (404).
    Publishes: AttendanceCorrected for each, and AttendanceDecided where the decision changed.
    """
    event = _own_event(event_id, actor)
    wanted = {entry.registration_id: entry for entry in entries}
    rows = _lock(event, list(wanted))
    updated = [pk for pk in wanted if pk in rows and rows[pk].status == Registration.Status.CONFIRMED]
    for pk in updated:
        _enter(rows[pk], wanted[pk], actor, at)
    _decide(event, updated, actor, at)
    return BulkOutcome(updated, [pk for pk in wanted if pk not in updated])


@transaction.atomic
def override_attendance(
    *, event_id: UUID, registration_id: UUID, eligible: bool | None, reason: str, actor: Actor, at: datetime
) -> Registration:
    """Decide by hand whether somebody has attended enough; None gives the decision back to the rules (C29).

    Locks: Event, Registration.
    Raises: NotFound (404), NotConfirmed (409), MissingField (400) without a reason.
    Publishes: AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    event = _own_event(event_id, actor)
    if eligible is not None and not reason:
        raise MissingField({"reason": ["Please say why you decide this by hand; it is kept with the decision."]})
    row = _lock(event, [registration_id]).get(registration_id)
    if row is None:
        raise NotFound
    if row.status != Registration.Status.CONFIRMED:
        raise NotConfirmed
    before = row.attendance_decision
    row.attendance_override = eligible
    row.attendance_override_reason = reason
    row.attendance_override_by_id, row.attendance_override_at = actor.user_id, at
    row.save(
        update_fields=[
            "attendance_override",
            "attendance_override_reason",
            "attendance_override_by",
            "attendance_override_at",
            "updated_at",
        ]
    )
    _tell(row, "override", actor, at)
    _decide(event, [row.pk], actor, at, before={row.pk: before})
    row.refresh_from_db()
    return row


def _own_event(event_id: UUID, actor: Actor) -> Event:
    event = get_managed_event(actor, event_id)
    require_event_manager(actor, event)
    lock_event(event.pk)
    return event


def _lock(event: Event, ids: Sequence[UUID]) -> dict[UUID, Registration]:
    rows = Registration.objects.select_for_update(of=("self",)).filter(event=event, pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _enter(row: Registration, entry: AttendanceByHand, actor: Actor, at: datetime) -> None:
    row.attended_by_hand = entry.attended
    row.attendance_percent_by_hand = entry.percent if entry.attended is not None else None
    if entry.notes is not None:
        row.attendance_notes = entry.notes
    row.save(update_fields=["attended_by_hand", "attendance_percent_by_hand", "attendance_notes", "updated_at"])
    _tell(row, "by_hand", actor, at)


def _tell(row: Registration, what: str, actor: Actor, at: datetime) -> None:
    fact = AttendanceCorrected(registration_id=row.pk, event_id=row.event_id, what=what)
    publish(fact, actor=actor, about=row.pk, at=at)


def _decide(
    event: Event, ids: Sequence[UUID], actor: Actor, at: datetime, before: dict[UUID, bool] | None = None
) -> None:
    frame = load_frame(event.pk)
    recompute(frame, ids, at=at, actor=actor, before=before)
    count_attendance(frame)
