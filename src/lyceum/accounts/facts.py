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
class AddressChanged(FactBase):
    """Staff gave the account another address; it isn't proven yet, and every sign-in and key ended."""

    name: ClassVar[str] = "accounts.address_changed"
    user_id: UUID


@dataclass(frozen=True)
class SecondFactorEnabled(FactBase):
    """Two-factor sign-in was turned on, and other sign-ins ended with it."""

    name: ClassVar[str] = "accounts.second_factor_enabled"
    user_id: UUID


@dataclass(frozen=True)
class SecondFactorDisabled(FactBase):
    """Two-factor sign-in was turned off by its owner."""

    name: ClassVar[str] = "accounts.second_factor_disabled"
    user_id: UUID


@dataclass(frozen=True)
class SecondFactorRemoved(FactBase):
    """Staff removed a second factor (`reason`: lost_device, compromised or other); every sign-in ended with it."""

    name: ClassVar[str] = "accounts.second_factor_removed"
    user_id: UUID
    reason: str


@dataclass(frozen=True)
class RecoveryCodesRenewed(FactBase):
    """The recovery codes were made anew; the old ones open nothing any more."""

    name: ClassVar[str] = "accounts.recovery_codes_renewed"
    user_id: UUID


@dataclass(frozen=True)
class RecoveryCodeUsed(FactBase):
    """Somebody signed in with a recovery code; `left` are unused."""

    name: ClassVar[str] = "accounts.recovery_code_used"
    user_id: UUID
    left: int


@dataclass(frozen=True)
class SecondFactorGuessed(FactBase):
    """Somebody who knows the password has typed as many wrong codes as one day allows."""

    name: ClassVar[str] = "accounts.second_factor_guessed"
    user_id: UUID


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
