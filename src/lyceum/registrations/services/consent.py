"""Whether whoever verifies a certificate sees more than that it stands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.registrations.facts import VerificationConsentSet
from lyceum.registrations.models import Registration
from lyceum.registrations.policies import may_act_as_attendee


@transaction.atomic
def set_verification_consent(*, registration_id: UUID, allowed: bool, actor: Actor, at: datetime) -> None:
    """Let whoever verifies the person's certificate see their name and the event, or take that back, at once.

    Only the person says so. Whoever agrees takes the registration as theirs; whoever declines is told to nobody.
    Locks: Registration.
    Raises: NotFound (404).
    Publishes: VerificationConsentSet, where it changes.
    """
    row: Registration | None = Registration.objects.select_for_update(no_key=True).filter(pk=registration_id).first()
    if row is None or not may_act_as_attendee(actor, row):
        raise NotFound
    if row.allow_public_verification == allowed:
        return
    row.allow_public_verification = allowed
    if allowed:
        row.acknowledge(at=at)
    row.save(update_fields=["allow_public_verification", "acknowledged_at", "updated_at"])
    fact = VerificationConsentSet(registration_id=row.pk, event_id=row.event_id, allowed=allowed)
    publish(fact, actor=actor, about=row.pk, at=at)
