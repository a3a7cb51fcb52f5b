"""Taking up and giving back the roles of organizer and instructor."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from lyceum.accounts import ports
from lyceum.accounts.errors import ActiveContent, AlreadyInstructor, AlreadyOrganizer, RoleNotHeld
from lyceum.accounts.facts import RoleGivenUp, RoleTaken
from lyceum.accounts.models import User
from lyceum.accounts.policies import require_owner, require_verified
from lyceum.accounts.services.locking import lock_user
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish

Role = Literal["organizer", "instructor"]
_TAKEN = {"organizer": AlreadyOrganizer, "instructor": AlreadyInstructor}


@transaction.atomic
def take_role(
    *,
    user_id: UUID,
    role: Role,
    actor: Actor,
    at: datetime,
    organization_name: str = "",
    bio: str = "",
    website: str = "",
) -> User:
    """Make the actor an organizer or an instructor; what is given fills the organizer's page.

    Locks: User.
    Raises: EmailNotVerified (403), AlreadyOrganizer (409), AlreadyInstructor (409).
    Publishes: RoleTaken.
    """
    require_owner(actor, user_id)
    user = lock_user(user_id)
    require_verified(user)
    if getattr(user, f"is_{role}"):
        raise _TAKEN[role]
    given = {"organization_name": organization_name, "organizer_bio": bio, "organizer_website": website}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value}
    changes |= {f"is_{role}": True, f"upgraded_to_{role}_at": at}
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=[*changes, "updated_at"])
    publish(RoleTaken(user_id=user.pk, role=role), actor=actor, about=user.pk, at=at)
    return user


@transaction.atomic
def give_up_role(*, user_id: UUID, role: Role, actor: Actor, at: datetime) -> User:
    """Give a role back, unless something still needs it.

    Locks: User.
    Raises: RoleNotHeld (409), ActiveContent (409, details: content).
    Publishes: RoleGivenUp.
    """
    require_owner(actor, user_id)
    user = lock_user(user_id)
    if not getattr(user, f"is_{role}"):
        raise RoleNotHeld
    refuse_active_content(user_id)
    setattr(user, f"is_{role}", False)
    user.save(update_fields=[f"is_{role}", "updated_at"])
    publish(RoleGivenUp(user_id=user.pk, role=role), actor=actor, about=user.pk, at=at)
    return user


def refuse_active_content(user_id: UUID) -> None:
    """Raises: ActiveContent (409), naming what still holds the account."""
    if content := ports.active_content(user_id):
        raise ActiveContent(content=content[:20])
