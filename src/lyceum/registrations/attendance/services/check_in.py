"""Arriving at the door."""

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
from lyceum.registrations.errors import NotConfirmed
from lyceum.registrations.models import Registration
from lyceum.registrations.models.registration import CODE_LENGTH


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Who arrived, and whether that was known: the row says when and where the first time was."""

    registration: Registration
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
    """Note that somebody with a confirmed place has arrived. A second time changes nothing and says so.

    code: as printed or scanned; case, blanks and hyphens don't matter. Used when there is no registration_id.
    Locks: Registration.
    Raises: NotFound (404), UnknownCode (404), NotConfirmed (409), CheckInClosed (409).
    Publishes: CheckedIn.
    """
    event = get_managed_event(actor, event_id)
    rows = Registration.objects.select_for_update().filter(event=event)
    if registration_id is not None:
        row = rows.filter(pk=registration_id).first()
    else:
        row = rows.filter(check_in_code=_tidy(code)).first()
    if row is None:
        raise NotFound if registration_id is not None else UnknownCode
    if row.status != Registration.Status.CONFIRMED:
        raise NotConfirmed(f"This registration is {row.get_status_display().lower()}, so it can't be checked in.")
    if row.checked_in_at is not None:
        return CheckIn(row, already=True)
    if event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
        raise CheckInClosed
    row.checked_in_at, row.checked_in_by_id, row.checked_in_where = at, actor.user_id, where
    row.save(update_fields=["checked_in_at", "checked_in_by", "checked_in_where", "updated_at"])
    publish(CheckedIn(registration_id=row.pk, event_id=event.pk), actor=actor, about=row.pk, at=at)
    return CheckIn(row, already=False)


def _tidy(code: str) -> str:
    # A QR code may hold the whole address of the check-in page; the code is its last part.
    last = code.strip().rstrip("/").rpartition("/")[2]
    return "".join(char for char in last.upper() if char.isalnum())[:CODE_LENGTH]
