"""What an organizer says about attendance: it outranks what the intervals say, and it leaves a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import MissingField, NotFound
from lyceum.core.ledger import publish
from lyceum.events.policies import require_event_manager
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.facts import AttendanceCorrected
from lyceum.registrations.attendance.rules.minutes import EventRules
from lyceum.registrations.attendance.services.add_marks import add_marks, say_of
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Attendance, AttendanceMark, Registration
from lyceum.registrations.services.describe import describe_registration, keep_notes
from lyceum.registrations.services.no_show import set_no_show

Kind = AttendanceMark.Kind


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
def correct_registration(
    *,
    event_id: UUID,
    registration_id: UUID,
    no_show: bool | None,
    entry: AttendanceByHand | None,
    notes: str | None = None,
    full_name: str | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say that somebody didn't come or take that back, write about them, and enter their attendance by hand: all, or
    nothing.

    Locks: Event, EventSession, TicketType, Registration, Attendance.
    no_show, entry, notes, full_name: None leaves that part as it is.
    Raises: NotFound (404), NameStands (409), NotStarted (409), NotConfirmed (409), InvalidState (409), EventFull (400).
    Publishes: NoShowSet, RegistrationNamed, AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    described = notes is not None or full_name is not None
    if entry is not None and (no_show is not None or described):
        # Several verbs lock; the event and its sessions, which the last one needs, come before the others' rows.
        _lock_own_event(event_id, actor, no_key=no_show is None)
    if no_show is not None:
        set_no_show(event_id=event_id, registration_id=registration_id, no_show=no_show, actor=actor, at=at)
    if described:
        describe_registration(
            event_id=event_id, registration_id=registration_id, notes=notes, full_name=full_name, actor=actor, at=at
        )
    if entry is not None:
        mark_attendance(event_id=event_id, registration_id=registration_id, entry=entry, actor=actor, at=at)


@transaction.atomic
def mark_attendance(
    *, event_id: UUID, registration_id: UUID, entry: AttendanceByHand, actor: Actor, at: datetime
) -> Attendance:
    """Enter one person's attendance by hand. The minutes stay what the intervals say.

    Locks: Event, EventSession, Registration, Attendance.
    Raises: NotFound (404), NotConfirmed (409).
    Publishes: AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    rules = _lock_own_event(event_id, actor)
    keep_notes(event_id, _notes_of([entry]), at=at)
    row = _lock_confirmed(event_id, registration_id)
    _enter(row, entry, actor, at)
    decide_attendance(rules, [row], at=at, actor=actor)
    count_attendance(rules)
    return row


@transaction.atomic
def mark_attendance_bulk(
    *, event_id: UUID, entries: Sequence[AttendanceByHand], actor: Actor, at: datetime
) -> BulkOutcome:
    """Enter many people's attendance, all in one transaction; who isn't there is reported.

    The last of several entries for one person counts.
    Locks: Event, EventSession, Registration by id, Attendance by the registrations' ids.
    Raises: NotFound (404).
    Publishes: AttendanceCorrected for each, and AttendanceDecided where the decision changed.
    """
    rules = _lock_own_event(event_id, actor)
    wanted = {entry.registration_id: entry for entry in entries}
    keep_notes(event_id, _notes_of(wanted.values()), at=at)
    confirmed = Registration.objects.confirmed().filter(event_id=event_id, pk__in=wanted)
    rows = {row.registration_id: row for row in lock_attendance(event_id, confirmed.values_list("pk", flat=True))}
    updated = [pk for pk in wanted if pk in rows]
    for pk in updated:
        _enter(rows[pk], wanted[pk], actor, at)
    decide_attendance(rules, list(rows.values()), at=at, actor=actor)
    count_attendance(rules)
    return BulkOutcome(updated, [pk for pk in wanted if pk not in rows])


@transaction.atomic
def override_attendance(
    *, event_id: UUID, registration_id: UUID, eligible: bool | None, reason: str, actor: Actor, at: datetime
) -> Attendance:
    """Decide by hand whether somebody has attended enough; None gives the decision back to the rules.

    Locks: Event, EventSession, Attendance.
    Raises: NotFound (404), NotConfirmed (409), MissingField (400) without a reason.
    Publishes: AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    rules = _lock_own_event(event_id, actor)
    if eligible is not None and not reason:
        raise MissingField({"reason": ["Please say why you decide this by hand; it is kept with the decision."]})
    row = _lock_confirmed(event_id, registration_id)
    before = {registration_id: row.is_eligible}
    add_marks([say_of(row, Kind.OVERRIDDEN, actor=actor, at=at, answer=eligible, words=reason)])
    row.save(update_fields=["override", "override_reason", "override_by", "override_at", "updated_at"])
    _publish_correction(row, "override", actor, at)
    decide_attendance(rules, [row], at=at, actor=actor, before=before)
    count_attendance(rules)
    return row


def _lock_own_event(event_id: UUID, actor: Actor, *, no_key: bool = True) -> EventRules:
    event = get_managed_event(actor, event_id)
    require_event_manager(actor, event)
    return lock_event_rules(event.pk, no_key=no_key)


def _lock_confirmed(event_id: UUID, registration_id: UUID) -> Attendance:
    registration = Registration.objects.filter(event_id=event_id, pk=registration_id).first()
    if registration is None:
        raise NotFound
    if registration.status != Registration.Status.CONFIRMED:
        raise NotConfirmed
    [row] = lock_attendance(event_id, [registration_id])
    return row


def _notes_of(entries: Iterable[AttendanceByHand]) -> dict[UUID, str]:
    """Return what was written beside the entries; it is kept with the registration."""
    return {entry.registration_id: entry.notes for entry in entries if entry.notes is not None}


def _enter(row: Attendance, entry: AttendanceByHand, actor: Actor, at: datetime) -> None:
    percent = entry.percent if entry.attended is not None else None
    add_marks([say_of(row, Kind.ENTERED, actor=actor, at=at, answer=entry.attended, percent=percent)])
    row.save(update_fields=["attended_by_hand", "percent_by_hand", "updated_at"])
    _publish_correction(row, "by_hand", actor, at)


def _publish_correction(row: Attendance, what: str, actor: Actor, at: datetime) -> None:
    fact = AttendanceCorrected(registration_id=row.registration_id, event_id=row.event_id, what=what)
    publish(fact, actor=actor, about=row.registration_id, at=at)
