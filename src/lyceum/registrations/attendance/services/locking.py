"""The locks that every verb on attendance takes, in this order: Event, EventSession, Attendance."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lyceum.events.models import Event, EventSession
from lyceum.events.models.choices import EventStatus, SessionStatus
from lyceum.registrations.attendance.rules.decision import Requirement
from lyceum.registrations.attendance.rules.minutes import EventRules
from lyceum.registrations.models import Attendance, Registration


def lock_event_rules(event_id: UUID, *, settling: Iterable[UUID] = (), no_key: bool = True) -> EventRules:
    """Lock an event and its sessions, so that changes of attendance there follow each other; return its rules.

    Whoever cancels a registration, or moves it to no-show and back, locks the event too: below this lock the status of
    a registration stands still, and the registration itself needs no lock.

    settling: sessions that count as settled already, because the caller is settling them.
    no_key: lets rows that merely refer to the event be inserted meanwhile, as a new registration is. False for a
        caller that goes on to a verb of events which takes the whole lock: taking more of a row that one holds already
        can end in a deadlock.
    Locks: Event, EventSession by id.
    """
    event = Event.all_objects.select_for_update(of=("self",), no_key=no_key).get(pk=event_id)
    locked = EventSession.objects.select_for_update(of=("self",), no_key=no_key).filter(event_id=event_id)
    every = sorted(locked.order_by("pk"), key=lambda session: (session.starts_at, session.pk))
    counting = [session for session in every if session.status != SessionStatus.CANCELLED]
    settled = set(settling)
    over = event.status in (EventStatus.COMPLETED, EventStatus.CLOSED)
    requirement = Requirement(
        kind=event.attendance_requirement,
        minimum_percent=event.minimum_attendance_percent,
        minimum_sessions=event.minimum_sessions_required,
        single=len(every) == 1,
    )
    unsettled = [row for row in counting if row.settled_at is None and row.pk not in settled]
    waiting = over and any(row.settle_at is not None for row in unsettled)
    final = (over and not waiting) or (bool(counting) and not unsettled)
    return EventRules(event, every, counting, requirement, final, waiting)


def lock_known_attendance(event_id: UUID) -> None:
    """Lock the attendance of everybody of whom something is known at a locked event.

    Locks: Attendance by the registrations' ids.
    """
    rows = Attendance.objects.filter(event_id=event_id).order_by("registration_id").select_for_update(no_key=True)
    for _ in rows.values_list("pk", flat=True).iterator():
        pass


def lock_attendance(
    event_id: UUID, registration_ids: Iterable[UUID], *, insert_missing: bool = True
) -> list[Attendance]:
    """Return the attendance of these registrations of a locked event, locked.

    Rows that nobody has needed before are made: only below the event's lock, so nobody else makes them meanwhile. An id
    that is no registration of this event is left out.

    insert_missing: False leaves the new rows to the caller to insert, with what it has to say of them.
    Locks: Attendance by the registrations' ids.
    """
    wanted = Registration.objects.filter(event_id=event_id, pk__in=set(registration_ids)).order_by()
    ids = set(wanted.values_list("pk", flat=True))
    # Two plain queries: PostgreSQL plans a join of many ids badly while the rows are new to its statistics.
    stored = Attendance.objects.filter(registration__in=ids).order_by("registration_id")
    rows = list(stored.select_for_update(of=("self",), no_key=True))
    missing = ids - {row.registration_id for row in rows}
    blank = [Attendance(event_id=event_id, registration_id=pk) for pk in missing]
    if insert_missing:
        Attendance.objects.bulk_create(blank)
    return sorted(rows + blank, key=lambda row: row.registration_id)
