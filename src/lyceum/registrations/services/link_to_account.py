"""Giving guests' rows to the account that has proven their address."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish_many
from lyceum.registrations.facts import RegistrationLinked
from lyceum.registrations.models import Registration


@transaction.atomic
def link_guest_rows(*, user_id: UUID, at: datetime) -> int:
    """Link every unowned row that carries the account's verified address; one account has one row an event.

    Locks: Registration by id.
    Returns: how many were linked.
    Publishes: RegistrationLinked.
    """
    user = User.objects.verified().filter(pk=user_id).first()
    if user is None:
        return 0
    own = Registration.all_objects.filter(event=OuterRef("event"), user=user)
    unowned = Registration.all_objects.filter(email=user.email, user__isnull=True).exclude(Exists(own))
    rows = list(unowned.order_by("pk").select_for_update(no_key=True))
    Registration.all_objects.filter(pk__in=[row.pk for row in rows]).update(user=user)
    facts = [(RegistrationLinked(registration_id=row.pk, event_id=row.event_id), row.pk) for row in rows]
    publish_many(facts, actor=Actor.system(), at=at)
    return len(rows)


def link_forgotten_rows(*, at: datetime) -> int:
    """Link rows that were written in the very moment in which their address was verified."""
    users = (
        User.objects.verified()
        .filter(Exists(Registration.all_objects.filter(email=OuterRef("email"), user__isnull=True)))
        .values_list("pk", flat=True)
    )
    return sum(link_guest_rows(user_id=user_id, at=at) for user_id in users)
