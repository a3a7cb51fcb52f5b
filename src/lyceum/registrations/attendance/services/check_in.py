"""Checking somebody in who has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import EventSession
from lyceum.events.models.choices import EventStatus
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.errors import CheckInClosed, UnknownCode
from lyceum.registrations.attendance.facts import CheckedIn
from lyceum.registrations.attendance.rules.check_in_target import session_of_check_in, standing_check_in
from lyceum.registrations.attendance.rules.minutes import EventRules
from lyceum.registrations.attendance.rules.person_marks import stays
from lyceum.registrations.attendance.services.add_marks import add_marks, marks_of_person, say_of
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Attendance, AttendanceMark, Registration
from lyceum.registrations.models.registration import CODE_LENGTH


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Who was checked in, and for which session; None is the whole event.

    already: that had been done before; the row says when and where.
    """

    registration: Registration
    attendance: Attendance
    session: EventSession | None
    already: bool


@transaction.atomic
def check_in(
    *,
    event_id: UUID,
    registration_id: UUID | None = None,
    code: str = "",
    where: str = "",
    actor: Actor,
    at: datetime,
) -> CheckIn:
    """Note that somebody with a confirmed registration has arrived, for the session that runs or begins next.

    Where the event's check-ins count for all of it, for the whole event. A second time changes nothing and says so;
    who has checked out can be checked in again.
    Locks: Event, EventSession, Attendance.
    code: as printed or scanned; case, blanks and hyphens don't matter. Used when there is no registration_id.
    Raises: NotFound (404), UnknownCode (404), NotConfirmed (409), CheckInClosed (409).
    Publishes: CheckedIn.
    """
    rules, registration, row = lock_arrival(event_id, registration_id, code, actor)
    session = session_of_check_in(rules.event, rules.sessions, at)
    standing = standing_check_in(stays(marks_of_person(registration.pk)), session.pk if session else None)
    if standing is not None:
        return CheckIn(registration, row, session_of(rules, standing.session_id), already=True)
    if rules.event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise CheckInClosed
    add_marks([say_of(row, AttendanceMark.Kind.CHECKED_IN, actor=actor, at=at, session=session, words=where)])
    row.save(update_fields=["checked_in_at", "checked_in_by", "checked_in_where", "checked_out_at", "updated_at"])
    fact = CheckedIn(registration_id=registration.pk, event_id=event_id)
    publish(fact, actor=actor, about=registration.pk, at=at)
    return CheckIn(registration, row, session, already=False)


def lock_arrival(
    event_id: UUID, registration_id: UUID | None, code: str, actor: Actor
) -> tuple[EventRules, Registration, Attendance]:
    """Lock an own event and the attendance of somebody with a seat there, by id or by code.

    Locks: Event, EventSession, Attendance.
    Raises: NotFound (404), UnknownCode (404), NotConfirmed (409).
    """
    get_managed_event(actor, event_id)
    rules = lock_event_rules(event_id)
    registration = _find(event_id, registration_id, code)
    if registration.status != Registration.Status.CONFIRMED:
        status = registration.get_status_display().lower()
        raise NotConfirmed(f"This registration is {status}, so it can't be checked in or out.")
    [row] = lock_attendance(event_id, [registration.pk])
    return rules, registration, row


def session_of(rules: EventRules, session_id: UUID | None) -> EventSession | None:
    """Return the session with this id, if the event has it."""
    return next((session for session in rules.all_sessions if session.pk == session_id), None)


def _find(event_id: UUID, registration_id: UUID | None, code: str) -> Registration:
    rows = Registration.objects.filter(event_id=event_id)
    wanted = {"check_in_code": _plain(code)} if registration_id is None else {"pk": registration_id}
    found: Registration | None = rows.filter(**wanted).first()
    if found is None:
        raise UnknownCode if registration_id is None else NotFound
    return found


def _plain(code: str) -> str:
    # A QR code may hold the whole address of the check-in page; the code is its last part.
    last = code.strip().rstrip("/").rpartition("/")[2]
    return "".join(char for char in last.upper() if char.isalnum())[:CODE_LENGTH]
