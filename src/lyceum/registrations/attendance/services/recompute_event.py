"""Recompute an event's attendance from the beginning, because somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.bulk_update import write_columns
from lyceum.core.models import Job
from lyceum.core.work.jobs import Progress, start_job
from lyceum.events.models import EventSession
from lyceum.events.models.choices import SessionStatus
from lyceum.events.policies import require_event_manager
from lyceum.events.selectors import get_managed_event
from lyceum.events.services.meeting_claims import numbers_of
from lyceum.integrations.inbound.services.process import process_backlog
from lyceum.integrations.zoom.rules.webhooks import ZOOM
from lyceum.registrations.attendance.services.add_marks import add_marks
from lyceum.registrations.attendance.services.decide import concerned, decide_for_everybody
from lyceum.registrations.attendance.services.locking import lock_event_rules
from lyceum.registrations.attendance.services.rebuild_attendance import rebuild_attendance
from lyceum.registrations.models import AttendanceMark, AttendanceRecord, Registration

JOB_KIND = "registrations.recompute_attendance"
# Up to this many are decided within the request.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What recomputing an event came to. changed: rows whose figures or decision are different now."""

    registrations: int
    changed: int
    eligible: int
    unmatched: int


def recompute_attendance(*, event_id: UUID, actor: Actor, at: datetime) -> Recomputed | Job:
    """Recompute an own event's attendance now; for a large event a worker does it, and the job is returned to watch.

    Locks: as `recompute_event`.
    Raises: NotFound (404).
    Publishes: AttendanceDecided where a decision changed.
    """
    event = get_managed_event(actor, event_id)
    require_event_manager(actor, event)
    total = concerned(event_id).count()
    if total <= AT_ONCE:
        return recompute_event(event_id, at=at)
    args = {"event_id": str(event_id)}
    return start_job(kind=JOB_KIND, actor=actor, args=args, total=total, about=event_id, at=at)


def recompute_event(event_id: UUID, *, at: datetime, progress: Progress | None = None) -> Recomputed:
    """Take in what waits for the event's meetings, match what can be matched, and decide for everybody anew.

    Locks: Event, EventSession, Attendance, in several transactions.
    """
    sessions = list(EventSession.objects.filter(event_id=event_id))
    process_backlog(source=ZOOM, subjects=numbers_of(event_id), at=at, skipped_too=True)
    over = [row.pk for row in sessions if row.settled_at or row.status == SessionStatus.COMPLETED]
    changed = rebuild_attendance(event_id, at=at, closing=over)
    match_late_registrations(event_id, at)
    changed += decide_for_everybody(event_id, at=at, progress=progress)
    confirmed = Registration.objects.confirmed().filter(event_id=event_id)
    return Recomputed(
        registrations=confirmed.count(),
        changed=changed,
        eligible=confirmed.eligible().count(),
        unmatched=AttendanceRecord.objects.filter(event_id=event_id).unmatched().of_own_meetings().count(),
    )


@transaction.atomic
def match_late_registrations(event_id: UUID, at: datetime) -> int:
    """Match by exact address what arrived before its registration was confirmed; return how many intervals.

    What a person has taken back stays as it is.
    Locks: Event, EventSession.
    """
    lock_event_rules(event_id)
    own = AttendanceRecord.objects.filter(event_id=event_id).of_own_meetings()
    waiting = AttendanceRecord.objects.filter(pk__in=own.filter(set_aside_at__isnull=True).unmatched().values("pk"))
    emails = set(waiting.exclude(participant_email="").values_list("participant_email", flat=True))
    confirmed = Registration.objects.confirmed().filter(event_id=event_id, email__in=emails)
    whose = {email: pk for pk, email in confirmed.values_list("pk", "email")}
    rows = list(waiting.filter(participant_email__in=whose).order_by("pk"))
    connections = {(row.meeting_uuid, row.participant_key): whose[row.participant_email] for row in rows}
    add_marks(
        [
            AttendanceMark(
                event_id=event_id,
                meeting_uuid=meeting_uuid,
                participant_key=key,
                kind=AttendanceMark.Kind.MATCHED,
                moment=at,
                registration_id=registration_id,
                answer=False,
            )
            for (meeting_uuid, key), registration_id in connections.items()
        ]
    )
    for row in rows:
        row.registration_id, row.matched_at = whose[row.participant_email], at
    write_columns(rows, ["registration", "matched_at"], at=at)
    return len(rows)
