"""Entering the name that a registration lacks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.registrations.facts import RegistrationNamed
from lyceum.registrations.models import Registration
from lyceum.registrations.policies import may_act_as_attendee


@transaction.atomic
def give_name(*, registration_id: UUID, full_name: str, actor: Actor, at: datetime) -> Registration:
    """Enter the name of somebody who was registered by their address alone; a name that stands isn't changed.

    Locks: Registration.
    full_name: one line, not blank.
    Raises: NotFound (404).
    Publishes: RegistrationNamed, where there was no name before.
    """
    row: Registration | None = Registration.objects.select_for_update(no_key=True).filter(pk=registration_id).first()
    if row is None or not may_act_as_attendee(actor, row):
        raise NotFound
    if row.name:
        return row
    row.acknowledge(at=at)
    row.save(update_fields=["acknowledged_at"])
    enter_name(row, full_name, actor=actor, at=at)
    return row


def enter_name(row: Registration, full_name: str, *, actor: Actor, at: datetime) -> None:
    """Write a name into a locked registration, in the caller's transaction.

    Publishes: RegistrationNamed, where there was no name before.
    """
    was_nameless = not row.name
    row.full_name = full_name
    row.save(update_fields=["full_name", "updated_at"])
    if was_nameless:
        publish(RegistrationNamed(registration_id=row.pk, event_id=row.event_id), actor=actor, about=row.pk, at=at)
