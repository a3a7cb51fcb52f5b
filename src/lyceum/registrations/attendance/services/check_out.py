"""Checking somebody out who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.ledger import publish
from lyceum.events.models import EventSession
from lyceum.events.models.choices import EventStatus
from lyceum.registrations.attendance.errors import CheckInClosed, NotCheckedIn
from lyceum.registrations.attendance.facts import CheckedOut
from lyceum.registrations.attendance.rules.person_marks import stays
from lyceum.registrations.attendance.services.add_marks import add_marks, marks_of_person, say_of
from lyceum.registrations.attendance.services.check_in import lock_arrival, session_of
from lyceum.registrations.models import Attendance, AttendanceMark, Registration


@dataclass(frozen=True, slots=True)
class CheckOut:
    """Who was checked out, and of which session; None is the whole event.

    already: that had been done before; the row says when.
    """

    registration: Registration
    attendance: Attendance
    session: EventSession | None
    already: bool


@transaction.atomic
def check_out(
    *, event_id: UUID, registration_id: UUID | None = None, code: str = "", actor: Actor, at: datetime
) -> CheckOut:
    """Note that somebody who was checked in leaves: their last check-in counts until now.

    A second time changes nothing and says so.

    Locks: Event, EventSession, Attendance.
    code: as for `check_in`.
    Raises: NotFound (404), UnknownCode (404), NotConfirmed (409), NotCheckedIn (409), CheckInClosed (409).
    Publishes: CheckedOut.
    """
    rules, registration, row = lock_arrival(event_id, registration_id, code, actor)
    found = stays(marks_of_person(registration.pk))
    if not found:
        raise NotCheckedIn
    session = session_of(rules, found[-1].session_id)
    if found[-1].until is not None:
        return CheckOut(registration, row, session, already=True)
    if rules.event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise CheckInClosed("Checking out is possible while an event is published or live.")
    add_marks([say_of(row, AttendanceMark.Kind.CHECKED_OUT, actor=actor, at=at, session=session)])
    row.save(update_fields=["checked_out_at", "updated_at"])
    fact = CheckedOut(registration_id=registration.pk, event_id=event_id)
    publish(fact, actor=actor, about=registration.pk, at=at)
    return CheckOut(registration, row, session, already=False)
