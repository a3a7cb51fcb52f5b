"""Giving guests' rows to the account that has proven their address."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from lyceum.accounts.models import User
from lyceum.registrations.models import Registration


@transaction.atomic
def link_guest_rows(*, user_id: UUID) -> int:
    """Link every unowned row that carries the account's verified address; one account has one row an event.

    Returns: how many were linked.
    """
    user = User.objects.verified().filter(pk=user_id).first()
    if user is None:
        return 0
    own = Registration.all_objects.filter(event=OuterRef("event"), user=user)
    rows = Registration.all_objects.filter(email=user.email, user__isnull=True)
    return rows.exclude(Exists(own)).update(user=user)


def link_forgotten_rows() -> int:
    """Link rows that were written in the very moment in which their address was verified."""
    users = (
        User.objects.verified()
        .filter(Exists(Registration.all_objects.filter(email=OuterRef("email"), user__isnull=True)))
        .values_list("pk", flat=True)
    )
    return sum(link_guest_rows(user_id=user_id) for user_id in users)
