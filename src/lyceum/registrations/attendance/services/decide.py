"""Decide attendance from the intervals, from scratch, for some people or for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lyceum.core.actors import Actor
from lyceum.core.bulk_update import write_columns
from lyceum.core.ledger import publish_many
from lyceum.core.work.jobs import Progress
from lyceum.events.models import Event, EventSession
from lyceum.registrations.attendance.facts import AttendanceDecided
from lyceum.registrations.attendance.rules.minutes import (
    EventRules,
    Presence,
    add_up,
    first_join,
    last_leave,
    whole_minutes,
)
from lyceum.registrations.attendance.rules.rehearsal import without_rehearsals
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.models import Attendance, AttendanceRecord, Registration, SessionAttendance

CHUNK = 500
_FIGURES = (
    "attended",
    "percent",
    "first_join_at",
    "last_leave_at",
    "minutes",
    "sessions_attended",
    "eligible",
    "decided_at",
    "explanation",
)
_SESSION_FIGURES = (
    "attended",
    "first_join_at",
    "last_leave_at",
    "attended_seconds",
    "total_attendance_minutes",
    "attendance_percent",
)
NOT_FINAL = "The event isn't over, so this isn't decided yet."
SETTLING = "The event is over, but late reports may still arrive, so this isn't decided yet."
NOT_CONFIRMED = "The registration isn't confirmed, so this doesn't count."


def decide_for_everybody(
    event_id: UUID, *, at: datetime, settling: Iterable[UUID] = (), progress: Progress | None = None
) -> int:
    """Decide for everybody whom it concerns at an event, in chunks of one transaction each.

    What changes between two chunks isn't lost: whoever changes it decides for the people concerned in the same
    transaction, and the event's lock puts that before or after the chunk that has these people in it.

    settling: sessions that count as settled already, because the caller is settling them.
    progress: told after each chunk how many are done.
    Locks: Event, EventSession, Attendance by the registrations' ids.
    Returns: how many rows changed.
    Publishes: AttendanceDecided where the decision changed.
    """
    settling = list(settling)
    changed, done, after = 0, 0, None
    while True:
        ids, written = _decide_chunk(event_id, after, settling, at)
        if not ids:
            break
        changed, done, after = changed + written, done + len(ids), ids[-1]
        if progress is not None:
            progress(done=done)
    with transaction.atomic():
        count_attendance(lock_event_rules(event_id))
    return changed


def concerned(event_id: UUID) -> QuerySet[Registration]:
    """Return those about whom there is something to decide: who has a seat, and who had one and didn't come."""
    decided = (Registration.Status.CONFIRMED, Registration.Status.NO_SHOW)
    found: QuerySet[Registration] = Registration.objects.filter(event_id=event_id, status__in=decided)
    return found


@transaction.atomic
def _decide_chunk(event_id: UUID, after: UUID | None, settling: Sequence[UUID], at: datetime) -> tuple[list[UUID], int]:
    rules = lock_event_rules(event_id, settling=settling)
    rows = concerned(event_id).order_by("pk")
    ids = list((rows if after is None else rows.filter(pk__gt=after)).values_list("pk", flat=True)[:CHUNK])
    return ids, decide_attendance(rules, lock_attendance(event_id, ids, insert_missing=False), at=at)


def decide_attendance(
    rules: EventRules,
    rows: Sequence[Attendance],
    *,
    at: datetime,
    actor: Actor | None = None,
    before: Mapping[UUID, bool] | None = None,
) -> int:
    """Decide about these locked rows; who isn't confirmed keeps the figures, but isn't eligible by the rules.

    rows: those that aren't stored yet are inserted.
    before: by registration, the decisions that stood before the caller changed a row itself.
    Returns: how many rows changed.
    Publishes: AttendanceDecided where the decision changed.
    """
    stood = before or {}
    ids = [row.registration_id for row in rows]
    records = _by_registration(AttendanceRecord.objects.filter(registration__in=ids))
    stored = _by_registration(SessionAttendance.objects.filter(registration__in=ids))
    confirmed = set(Registration.objects.confirmed().filter(pk__in=ids).values_list("pk", flat=True))
    changed, facts, sums = [], list[tuple[AttendanceDecided, UUID]](), _Sums()
    for row in rows:
        key = row.registration_id
        by_session = {entry.session_id: entry for entry in stored[key]}
        overrides = {session_id: entry.attendance_override for session_id, entry in by_session.items()}
        counted = without_rehearsals(records[key], rules.all_sessions)
        presence = add_up(rules, row, counted, overrides, at=at)
        _note_sums(sums, rules, row, presence, by_session, counted)
        was = stood.get(key, row.is_eligible)
        if _take_figures(row, rules, presence, confirmed=key in confirmed, at=at):
            changed.append(row)
        if row.is_eligible != was:
            fact = AttendanceDecided(registration_id=key, event_id=row.event_id, eligible=row.is_eligible)
            facts.append((fact, key))
    _write(rows, changed, at)
    sums.write()
    publish_many(facts, actor=actor or Actor.system(), at=at)
    return len(changed)


def count_attendance(rules: EventRules) -> None:
    """Bring the counters of a locked event and its sessions in step with the rows."""
    event_id = rules.event.pk
    attended = Registration.objects.confirmed().filter(event_id=event_id, attendance__attended=True).count()
    Event.all_objects.filter(pk=event_id).exclude(attendance_count=attended).update(attendance_count=attended)
    for session in rules.sessions:
        count = SessionAttendance.objects.filter(
            session=session, attended=True, registration__status=Registration.Status.CONFIRMED
        ).count()
        EventSession.objects.filter(pk=session.pk).exclude(attendance_count=count).update(attendance_count=count)


def explain(row: Attendance, rules: EventRules, presence: Presence, *, confirmed: bool) -> list[str]:
    """Return why the decision is what it is, the organizer's word last because it is the one that counts."""
    lines = list(presence.decision.reasons)
    if not confirmed:
        lines.append(NOT_CONFIRMED)
    if row.override is not None:
        said = "eligible" if row.override else "not eligible"
        lines.append(f"The organizer decided by hand: {said}. Reason: {row.override_reason}")
    elif confirmed and not rules.final and row.attended_by_hand is None:
        lines.append(SETTLING if rules.settling else NOT_FINAL)
    return lines


def _take_figures(row: Attendance, rules: EventRules, presence: Presence, *, confirmed: bool, at: datetime) -> bool:
    """Put the figures of a decision on a row; say whether they differ from what is stored."""
    decision = presence.decision
    decided = rules.final or row.attended_by_hand is not None
    new: dict[str, Any] = {
        "attended": decision.attended or row.override is True,
        "percent": decision.percent,
        "first_join_at": presence.first_join_at,
        "last_leave_at": presence.last_leave_at,
        "minutes": whole_minutes(decision.seconds),
        "sessions_attended": decision.sessions_attended,
        "eligible": decision.eligible and decided and confirmed,
        "explanation": explain(row, rules, presence, confirmed=confirmed),
    }
    if row.attended_by_hand is False:
        new["attended"] = False
    told = not decided or row.decided_at is not None
    if told and all(getattr(row, name) == value for name, value in new.items()):
        return False
    for name, value in new.items():
        setattr(row, name, value)
    row.decided_at = at if decided else None
    return True


def _note_sums(
    sums: _Sums,
    rules: EventRules,
    row: Attendance,
    presence: Presence,
    stored: Mapping[UUID, SessionAttendance],
    records: Sequence[AttendanceRecord],
) -> None:
    """Note the sums to be written, those that changed and new ones for who was there, and those of nothing any more."""
    for session in rules.sessions:
        here = presence.sessions[session.pk]
        own = [record for record in records if record.session_id in (None, session.pk)]
        new = {
            "attended": here.attended,
            "first_join_at": first_join(own),
            "last_leave_at": last_leave(own),
            "attended_seconds": here.present_seconds,
            "total_attendance_minutes": whole_minutes(here.present_seconds),
            "attendance_percent": here.percent,
        }
        entry = stored.get(session.pk)
        if not own and here.override is None:
            sums.empty += [entry.pk] if entry is not None else []
            continue
        if entry is None:
            entry = SessionAttendance(registration_id=row.registration_id, session=session)
        elif all(getattr(entry, name) == value for name, value in new.items()):
            continue
        for name, value in new.items():
            setattr(entry, name, value)
        sums.changed.append(entry)


def _write(rows: Sequence[Attendance], changed: Sequence[Attendance], at: datetime) -> None:
    new = {row.pk: row for row in rows if not row.is_stored}
    Attendance.objects.bulk_create(new.values())
    write_columns([row for row in changed if row.pk not in new], _FIGURES, at=at)


@dataclass
class _Sums:
    """The sums of sessions that a decision writes, and those that it drops."""

    changed: list[SessionAttendance] = field(default_factory=list)
    empty: list[UUID] = field(default_factory=list)

    def write(self) -> None:
        if self.empty:
            SessionAttendance.objects.filter(pk__in=self.empty).delete()
        if self.changed:
            SessionAttendance.objects.bulk_create(
                self.changed,
                update_conflicts=True,
                unique_fields=["registration", "session"],
                update_fields=[*_SESSION_FIGURES, "updated_at"],
                batch_size=200,
            )


def _by_registration(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.registration_id].append(row)
    return found
