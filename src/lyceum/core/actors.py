"""Who asks: a person, a guest with a link, nobody, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Kind = Literal["anonymous", "guest", "user", "system"]
Role = Literal["staff", "organizer", "instructor"]


@dataclass(frozen=True, slots=True)
class Membership:
    """An account whose events, templates and exports an actor may manage, and as what. Everybody owns their own."""

    account_id: UUID
    role: Literal["owner"] = "owner"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf a verb runs.

    roles: what the account is in the product. memberships: the accounts whose things the actor may manage.
    scopes: None for a full sign-in, else an API key's rights.
    authenticated_at: when this sign-in last proved who they are, with a password, on the real clock; None where there
        is no such sign-in.
    lacks_second_factor: staff, without the rights of staff, because the sign-in was made without a code.
    """

    kind: Kind
    user_id: UUID | None = None
    email: str = ""
    roles: frozenset[Role] = frozenset()
    memberships: tuple[Membership, ...] = ()
    email_verified: bool = False
    scopes: frozenset[str] | None = None
    authenticated_at: datetime | None = None
    lacks_second_factor: bool = False

    @classmethod
    def system(cls) -> Actor:
        """Return the product itself, acting on a timer or on a fact."""
        return SYSTEM

    @classmethod
    def anonymous(cls) -> Actor:
        """Return somebody who has not said who they are."""
        return ANONYMOUS

    @classmethod
    def guest(cls, *, email: str) -> Actor:
        """Return somebody who holds a signed link for this address."""
        return cls(kind="guest", email=email)

    @classmethod
    def of(cls, user: Any, *, scopes: frozenset[str] | None = None, authenticated_at: datetime | None = None) -> Actor:
        """Return the actor for an account (or for Django's anonymous user). It asks the database nothing."""
        if not getattr(user, "is_authenticated", False):
            return ANONYMOUS
        return cls(
            kind="user",
            user_id=user.pk,
            email=user.email,
            roles=frozenset(role for role, column in _ROLES.items() if getattr(user, column)),
            memberships=(Membership(user.pk),),
            email_verified=user.email_verified,
            scopes=scopes,
            authenticated_at=authenticated_at,
            lacks_second_factor=user.lacks_second_factor,
        )

    @property
    def is_user(self) -> bool:
        return self.kind == "user"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_staff(self) -> bool:
        return "staff" in self.roles

    @property
    def manages_everything(self) -> bool:
        """Say whether ownership is no limit: for the product itself and for its staff."""
        return self.is_system or self.is_staff

    @property
    def managed_accounts(self) -> tuple[UUID, ...]:
        """Return the accounts whose things the actor may manage, whatever else staff may."""
        return tuple(membership.account_id for membership in self.memberships)

    def has_role(self, role: Role) -> bool:
        """Say whether the account has this role. Staff have every role's rights, which callers ask for beside it."""
        return role in self.roles

    def allows_scope(self, scope: str) -> bool:
        """Say whether an API key (if that is how they came) grants this right."""
        return self.scopes is None or scope in self.scopes


# What an account answers for each role. Staff are asked whether they may act as such, not whether they are any.
_ROLES: dict[Role, str] = {"staff": "acts_as_staff", "organizer": "is_organizer", "instructor": "is_instructor"}
SYSTEM = Actor(kind="system")
ANONYMOUS = Actor(kind="anonymous")
