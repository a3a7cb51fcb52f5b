"""Saying by hand whether somebody attended one session."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import InvalidState, MissingField, NotFound
from lyceum.core.ledger import publish
from lyceum.events.models.choices import SessionStatus
from lyceum.events.policies import require_event_manager
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.facts import AttendanceCorrected
from lyceum.registrations.attendance.rules.person_marks import reason_of
from lyceum.registrations.attendance.services.add_marks import add_marks, say_of
from lyceum.registrations.attendance.services.decide import count_attendance, decide_attendance
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import AttendanceMark, Registration, SessionAttendance

_OVERRIDE = ["attendance_override", "attendance_override_by", "attendance_override_reason", "updated_at"]


@transaction.atomic
def override_session_attendance(
    *,
    event_id: UUID,
    session_id: UUID,
    registration_id: UUID,
    attended: bool | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Decide by hand whether somebody attended a session, the whole of it; None gives that back to the minutes.

    Locks: Event, EventSession, Attendance.
    Raises: NotFound (404), InvalidState (409) for a cancelled session, NotConfirmed (409), MissingField (400) without a
        reason.
    Publishes: AttendanceCorrected, and AttendanceDecided where the decision changed.
    """
    event = get_managed_event(actor, event_id)
    require_event_manager(actor, event)
    rules = lock_event_rules(event.pk)
    session = next((row for row in rules.all_sessions if row.pk == session_id), None)
    registration = Registration.objects.filter(event_id=event_id, pk=registration_id).first()
    if session is None or registration is None:
        raise NotFound
    if attended is not None and not reason:
        raise MissingField({"reason": ["Please say why you decide this by hand; it is kept with the decision."]})
    if registration.status != Registration.Status.CONFIRMED:
        raise NotConfirmed
    if session.status == SessionStatus.CANCELLED:
        raise InvalidState("This session was cancelled, so nobody's attendance there counts.")
    [row] = lock_attendance(event_id, [registration_id])
    kind = AttendanceMark.Kind.SESSION_OVERRIDDEN
    mark = say_of(row, kind, actor=actor, at=at, session=session, answer=attended, words=reason)
    add_marks([mark])
    write_session_overrides([mark])
    fact = AttendanceCorrected(registration_id=registration_id, event_id=event_id, what="session_override")
    publish(fact, actor=actor, about=registration_id, at=at)
    decide_attendance(rules, [row], at=at, actor=actor)
    count_attendance(rules)


def write_session_overrides(marks: list[AttendanceMark]) -> None:
    """Put on each session's sum what the organizer said last of it. The people's attendance is locked."""
    rows = [
        SessionAttendance(
            registration=mark.registration,
            session=mark.session,
            attendance_override=mark.answer,
            attendance_override_by_id=mark.made_by_id if mark.answer is not None else None,
            attendance_override_reason=reason_of(mark) if mark.answer is not None else "",
        )
        for mark in marks
    ]
    if rows:
        SessionAttendance.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["registration", "session"], update_fields=_OVERRIDE
        )
