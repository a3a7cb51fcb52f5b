"""Decide attendance from the intervals, from scratch, for one person or for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.bulk_update import update_rows
from lyceum.core.ledger import publish_many
from lyceum.core.work.jobs import Progress
from lyceum.events.models import Event, EventSession
from lyceum.registrations.attendance.facts import AttendanceDecided
from lyceum.registrations.attendance.rules.intervals import whole_minutes
from lyceum.registrations.attendance.services.frame import Frame, Measured, load_frame, measure
from lyceum.registrations.models import AttendanceRecord, Registration, SessionAttendance

CHUNK = 500
_SUMMARY = (
    "attended",
    "attendance_percent",
    "first_join_at",
    "last_leave_at",
    "total_attendance_minutes",
    "sessions_attended",
    "attendance_eligible",
    "attendance_decided_at",
    "explanation",
)
_SESSION_SUMMARY = (
    "attended",
    "first_join_at",
    "last_leave_at",
    "attended_seconds",
    "total_attendance_minutes",
    "attendance_percent",
)
NOT_FINAL = "The event isn't over, so this isn't decided yet."


def recompute_everybody(
    event_id: UUID, *, at: datetime, settling: Iterable[UUID] = (), progress: Progress | None = None
) -> int:
    """Decide for every confirmed registration of an event, in chunks of one transaction each.

    progress: told after each chunk how many are done.
    Locks: Registration, in the order of their ids.
    Returns: how many rows changed.
    Publishes: AttendanceDecided where the decision changed.
    """
    frame, changed, done, after = load_frame(event_id, settling=settling), 0, 0, None
    while True:
        rows = Registration.objects.confirmed().filter(event_id=event_id).order_by("pk")
        ids = list((rows if after is None else rows.filter(pk__gt=after)).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        changed += recompute(frame, ids, at=at)
        after, done = ids[-1], done + len(ids)
        if progress is not None:
            progress(done=done)
    count_attendance(frame)
    return changed


@transaction.atomic
def recompute(
    frame: Frame,
    registration_ids: Sequence[UUID],
    *,
    at: datetime,
    actor: Actor | None = None,
    before: Mapping[UUID, bool] | None = None,
) -> int:
    """Decide for these registrations; who isn't confirmed keeps the figures, but a decision is never theirs.

    before: the decisions that stood before the caller changed a row itself.
    Locks: Registration, in the order of their ids.
    Returns: how many rows changed.
    Publishes: AttendanceDecided where the decision changed.
    """
    stood = before or {}
    # Not the key: a row that merely refers to a registration, as a certificate does, needn't wait for this.
    rows = Registration.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=registration_ids)
    locked: list[Registration] = list(rows.order_by("pk"))
    records = _grouped(AttendanceRecord.objects.filter(registration__in=[row.pk for row in locked]))
    kept = _grouped(SessionAttendance.objects.filter(registration__in=[row.pk for row in locked]))
    changed, facts, sums = [], list[tuple[AttendanceDecided, UUID]](), list[SessionAttendance]()
    for row in locked:
        own = {entry.session_id: entry for entry in kept[row.pk]}
        measured = measure(frame, row, records[row.pk], {k: v.attendance_override for k, v in own.items()}, at)
        sums += _changed_sums(frame, row, measured, own, records[row.pk])
        was = stood.get(row.pk, row.attendance_decision)
        if _write(row, frame, measured, at):
            changed.append(row)
        if row.attendance_decision != was:
            fact = AttendanceDecided(registration_id=row.pk, event_id=row.event_id, eligible=row.attendance_decision)
            facts.append((fact, row.pk))
    _save(changed, sums, at)
    publish_many(facts, actor=actor or Actor.system(), at=at)
    return len(changed)


def count_attendance(frame: Frame) -> None:
    """Bring the counters of an event and its sessions in step with the rows."""
    attended = Registration.objects.confirmed().filter(event_id=frame.event.pk, attended=True).count()
    Event.all_objects.filter(pk=frame.event.pk).exclude(attendance_count=attended).update(attendance_count=attended)
    for session in frame.sessions:
        there = SessionAttendance.objects.filter(session=session, attended=True, registration__status="confirmed")
        count = there.count()
        EventSession.objects.filter(pk=session.pk).exclude(attendance_count=count).update(attendance_count=count)


def explain(row: Registration, measured: Measured, *, final: bool) -> list[str]:
    """Return why the decision is what it is, the organizer's word last because it is the one that counts."""
    lines = list(measured.verdict.reasons)
    if row.attendance_override is not None:
        said = "eligible" if row.attendance_override else "not eligible"
        lines.append(f"The organizer decided by hand: {said}. Reason: {row.attendance_override_reason}")
    elif not final and row.attended_by_hand is None:
        lines.append(NOT_FINAL)
    return lines


def _write(row: Registration, frame: Frame, measured: Measured, at: datetime) -> bool:
    verdict = measured.verdict
    decided = frame.final or row.attended_by_hand is not None
    eligible = verdict.eligible and decided and row.status == Registration.Status.CONFIRMED
    new: dict[str, Any] = {
        "attended": verdict.attended or row.attendance_override is True,
        "attendance_percent": verdict.percent,
        "first_join_at": measured.first_join_at,
        "last_leave_at": measured.last_leave_at,
        "total_attendance_minutes": whole_minutes(verdict.seconds),
        "sessions_attended": verdict.sessions_attended,
        "attendance_eligible": eligible,
        "explanation": explain(row, measured, final=frame.final),
    }
    if row.attended_by_hand is False:
        new["attended"] = False
    told = not decided or row.attendance_decided_at is not None
    if told and all(getattr(row, name) == value for name, value in new.items()):
        return False
    for name, value in new.items():
        setattr(row, name, value)
    row.attendance_decided_at = at if decided else None
    return True


def _changed_sums(
    frame: Frame,
    row: Registration,
    measured: Measured,
    kept: dict[UUID, SessionAttendance],
    records: Sequence[AttendanceRecord],
) -> list[SessionAttendance]:
    """Return the session rows to be written: those that changed, and new ones for who was there."""
    found = []
    for session in frame.sessions:
        presence = measured.sessions[session.pk]
        mine = [record for record in records if record.session_id in (None, session.pk)]
        new = {
            "attended": presence.attended,
            "first_join_at": min((r.joined_at for r in mine if r.joined_at), default=None),
            "last_leave_at": max((r.left_at for r in mine if r.left_at), default=None),
            "attended_seconds": presence.present_seconds,
            "total_attendance_minutes": whole_minutes(presence.present_seconds),
            "attendance_percent": presence.percent,
        }
        entry = kept.get(session.pk)
        if entry is None:
            if not mine:
                continue
            entry = SessionAttendance(registration=row, session=session)
        elif all(getattr(entry, name) == value for name, value in new.items()):
            continue
        for name, value in new.items():
            setattr(entry, name, value)
        found.append(entry)
    return found


def _save(changed: Sequence[Registration], sums: Sequence[SessionAttendance], at: datetime) -> None:
    update_rows(changed, _SUMMARY, at=at)
    if sums:
        SessionAttendance.objects.bulk_create(
            sums,
            update_conflicts=True,
            unique_fields=["registration", "session"],
            update_fields=[*_SESSION_SUMMARY, "updated_at"],
            batch_size=200,
        )


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.registration_id].append(row)
    return found
