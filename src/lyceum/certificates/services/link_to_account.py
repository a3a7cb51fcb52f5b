"""Giving awards to the account that has proven their holder's address."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef

from lyceum.accounts.models import User
from lyceum.certificates.models import Award


def link_awards(*, user_id: UUID) -> int:
    """Link every award without an account that carries the account's verified address.

    Returns: how many were linked.
    """
    user = User.objects.verified().filter(pk=user_id).first()
    return Award.objects.without_account().filter(person_email=user.email).update(person=user) if user else 0


def link_forgotten_awards() -> int:
    """Link awards that were written in the very moment in which their address was verified.

    Returns: how many were linked.
    """
    waiting = Award.objects.without_account().filter(person_email=OuterRef("email"))
    users = User.objects.verified().filter(Exists(waiting))
    return sum(link_awards(user_id=user_id) for user_id in users.values_list("pk", flat=True))
