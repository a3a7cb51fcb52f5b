"""What an organizer writes about a registration: their notes, and the name of somebody who has none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.bulk_update import write_columns
from lyceum.core.errors import NotFound
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.errors import NameStands
from lyceum.registrations.models import Registration
from lyceum.registrations.services.give_name import enter_name

# Nobody has chosen these words but the organizer, who may correct them.
_TYPED_BY_ORGANIZER = (Registration.Source.ORGANIZER_ADDED, Registration.Source.IMPORTED)


@transaction.atomic
def describe_registration(
    *,
    event_id: UUID,
    registration_id: UUID,
    actor: Actor,
    at: datetime,
    notes: str | None = None,
    full_name: str | None = None,
) -> Registration:
    """Write an organizer's notes, and a name where there is none or where the organizer typed the one that stands.

    A name that the person gave is theirs.
    Locks: Registration.
    notes, full_name: None leaves that as it is.
    Raises: NotFound (404), NameStands (409).
    Publishes: RegistrationNamed, where there was no name before.
    """
    event = get_managed_event(actor, event_id)
    rows = Registration.objects.select_for_update(no_key=True).filter(event=event, pk=registration_id)
    row: Registration | None = rows.first()
    if row is None:
        raise NotFound
    if full_name is not None and full_name != row.full_name:
        if row.name and not _may_correct(row):
            raise NameStands
        enter_name(row, full_name, actor=actor, at=at)
    if notes is not None and notes != row.notes:
        row.notes = notes
        row.save(update_fields=["notes", "updated_at"])
    return row


def keep_notes(event_id: UUID, notes: Mapping[UUID, str], *, at: datetime) -> None:
    """Write the notes of several confirmed registrations, in the caller's transaction.

    Locks: Registration by id.
    notes: by the registration's id.
    """
    if not notes:
        return
    confirmed = Registration.objects.confirmed().filter(event_id=event_id, pk__in=notes)
    rows = list(confirmed.order_by("pk").select_for_update(no_key=True))
    for row in rows:
        row.notes = notes[row.pk]
    write_columns(rows, ["notes"], at=at)


def _may_correct(row: Registration) -> bool:
    return row.source in _TYPED_BY_ORGANIZER and row.acknowledged_at is None
