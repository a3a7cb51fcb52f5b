"""Who asks: a person, a guest with a link, nobody, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

Kind = Literal["anonymous", "guest", "user", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf a verb runs. `scopes` is None for a full sign-in, else an API key's rights."""

    kind: Kind
    user_id: UUID | None = None
    email: str = ""
    is_staff: bool = False
    is_organizer: bool = False
    is_instructor: bool = False
    email_verified: bool = False
    scopes: frozenset[str] | None = None

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
    def of(cls, user: Any, *, scopes: frozenset[str] | None = None) -> Actor:
        """Return the actor for an account (or for Django's anonymous user)."""
        if not getattr(user, "is_authenticated", False):
            return ANONYMOUS
        return cls(
            kind="user",
            user_id=user.pk,
            email=user.email,
            is_staff=user.is_staff,
            is_organizer=user.is_organizer,
            is_instructor=user.is_instructor,
            email_verified=user.email_verified,
            scopes=scopes,
        )

    @property
    def is_user(self) -> bool:
        return self.kind == "user"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def allows_scope(self, scope: str) -> bool:
        """Say whether an API key (if that is how they came) grants this right."""
        return self.scopes is None or scope in self.scopes


SYSTEM = Actor(kind="system")
ANONYMOUS = Actor(kind="anonymous")
