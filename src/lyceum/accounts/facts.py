"""What accounts announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class UserRegistered(FactBase):
    """Somebody made an account; the address isn't proven yet."""

    name: ClassVar[str] = "accounts.user_registered"
    user_id: UUID


@dataclass(frozen=True)
class EmailVerified(FactBase):
    """The account's address was proven by a mailed link; rows that carry it may be linked now."""

    name: ClassVar[str] = "accounts.email_verified"
    user_id: UUID


@dataclass(frozen=True)
class PasswordChanged(FactBase):
    """The password was changed (`how`: changed or reset), and other sign-ins ended with it."""

    name: ClassVar[str] = "accounts.password_changed"
    user_id: UUID
    how: str


@dataclass(frozen=True)
class RoleTaken(FactBase):
    """Somebody became an organizer or an instructor."""

    name: ClassVar[str] = "accounts.role_taken"
    user_id: UUID
    role: str


@dataclass(frozen=True)
class RoleGivenUp(FactBase):
    """Somebody stopped being an organizer or an instructor."""

    name: ClassVar[str] = "accounts.role_given_up"
    user_id: UUID
    role: str


@dataclass(frozen=True)
class RefreshTokenReplayed(FactBase):
    """A refresh token came a second time, so its sign-in was ended."""

    name: ClassVar[str] = "accounts.refresh_token_replayed"
    user_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class ApiKeyCreated(FactBase):
    """A program was given a key."""

    name: ClassVar[str] = "accounts.api_key_created"
    user_id: UUID
    api_key_id: UUID


@dataclass(frozen=True)
class ApiKeyRevoked(FactBase):
    """A key was taken away."""

    name: ClassVar[str] = "accounts.api_key_revoked"
    user_id: UUID
    api_key_id: UUID


@dataclass(frozen=True)
class AccountDeleted(FactBase):
    """The account was anonymised and hidden; money, attendance and certificates stay."""

    name: ClassVar[str] = "accounts.account_deleted"
    user_id: UUID
