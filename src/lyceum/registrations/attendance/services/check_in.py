"""Checking somebody in who has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.events.models.choices import EventStatus
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.attendance.errors import CheckInClosed, UnknownCode
from lyceum.registrations.attendance.facts import CheckedIn
from lyceum.registrations.attendance.services.locking import lock_attendance, lock_event_rules
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Attendance, Registration
from lyceum.registrations.models.registration import CODE_LENGTH


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Who was checked in; `already` when that had been done before. The row says when and where the first time was."""

    registration: Registration
    attendance: Attendance
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
    """Note that somebody with a confirmed registration has arrived. A second time changes nothing and says so.

    Locks: Event, EventSession, Attendance.
    code: as printed or scanned; case, blanks and hyphens don't matter. Used when there is no registration_id.
    Raises: NotFound (404), UnknownCode (404), NotConfirmed (409), CheckInClosed (409).
    Publishes: CheckedIn.
    """
    get_managed_event(actor, event_id)
    event = lock_event_rules(event_id).event
    registration = _find(event_id, registration_id, code)
    if registration.status != Registration.Status.CONFIRMED:
        status = registration.get_status_display().lower()
        raise NotConfirmed(f"This registration is {status}, so it can't be checked in.")
    [row] = lock_attendance(event_id, [registration.pk])
    if row.checked_in_at is not None:
        return CheckIn(registration, row, already=True)
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise CheckInClosed
    row.checked_in_at, row.checked_in_by_id, row.checked_in_where = at, actor.user_id, where
    row.save(update_fields=["checked_in_at", "checked_in_by", "checked_in_where", "updated_at"])
    fact = CheckedIn(registration_id=registration.pk, event_id=event_id)
    publish(fact, actor=actor, about=registration.pk, at=at)
    return CheckIn(registration, row, already=False)


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
