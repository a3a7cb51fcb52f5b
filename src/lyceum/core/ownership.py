"""Who manages what: the one place in which an owner is compared with an actor.

What may be seen and changed follows from it everywhere. Today an account manages what it owns; a team's members will
manage what their team's account owns, and nothing but `Actor.memberships` changes for that.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from lyceum.core.actors import Actor


def managed_by(actor: Actor, owner: str = "owner") -> Q:
    """Return the condition for the rows that an actor may manage; all of them for staff and the product itself.

    owner: the path from the row to its owner's column without `_id`, such as `event__owner`.
    """
    return Q() if actor.manages_everything else owned_by(actor, owner)


def owned_by(actor: Actor, owner: str = "owner") -> Q:
    """Return the condition for the rows of the actor's own accounts. Being staff adds nothing.

    owner: as for `managed_by`.
    """
    return Q(**{f"{owner}_id__in": actor.managed_accounts})


def own(actor: Actor, person: str = "user") -> Q:
    """Return the condition for the rows of the actor in person; staff and members of a team get no further.

    person: the path from the row to the person's column without `_id`, such as `registration__user`.
    """
    return Q(**{f"{person}_id__in": [actor.user_id] if actor.is_user else []})


def may_manage(actor: Actor, owner_id: UUID | None) -> bool:
    """Say whether an actor may manage what this account owns."""
    return actor.manages_everything or owner_id in actor.managed_accounts
