"""What registrations announces. Attendance announces its own facts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class RegistrationConfirmed(FactBase):
    """Somebody has a seat: at once, or because a held one was paid for."""

    name: ClassVar[str] = "registrations.registration_confirmed"
    registration_id: UUID
    event_id: UUID
    notify: bool = True


@dataclass(frozen=True)
class RegistrationWaitlisted(FactBase):
    """Somebody waits for a seat."""

    name: ClassVar[str] = "registrations.registration_waitlisted"
    registration_id: UUID
    event_id: UUID
    notify: bool = True


@dataclass(frozen=True)
class RegistrationPromoted(FactBase):
    """Somebody came from the waiting list to a seat."""

    name: ClassVar[str] = "registrations.registration_promoted"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class HoldPlaced(FactBase):
    """Somebody has a seat to pay for. `promoted`: they came to it from the waiting list."""

    name: ClassVar[str] = "registrations.hold_placed"
    registration_id: UUID
    event_id: UUID
    promoted: bool = False
    notify: bool = True


@dataclass(frozen=True)
class HoldReleased(FactBase):
    """A held seat was given up before it was paid for."""

    name: ClassVar[str] = "registrations.hold_released"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class HoldExpired(FactBase):
    """A held seat wasn't paid for in time, and went back."""

    name: ClassVar[str] = "registrations.hold_expired"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class RegistrationCancelled(FactBase):
    """A seat, or a position on the waiting list, was given up. `by`: attendee, organizer, event or account."""

    name: ClassVar[str] = "registrations.registration_cancelled"
    registration_id: UUID
    event_id: UUID
    was: str = "confirmed"
    by: str = "attendee"


@dataclass(frozen=True)
class RegistrationRepeated(FactBase):
    """Somebody tried to register an address that is registered already; its owner is told, the caller is not."""

    name: ClassVar[str] = "registrations.registration_repeated"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class RegistrationLinked(FactBase):
    """An account has proven the address of a registration, which is now the account's."""

    name: ClassVar[str] = "registrations.registration_linked"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class RegistrationNamed(FactBase):
    """Somebody who was registered by their address alone has entered their name."""

    name: ClassVar[str] = "registrations.registration_named"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class VerificationConsentSet(FactBase):
    """Somebody let whoever verifies their certificate see their name, or took that back."""

    name: ClassVar[str] = "registrations.verification_consent_set"
    registration_id: UUID
    event_id: UUID
    allowed: bool


@dataclass(frozen=True)
class NoShowSet(FactBase):
    """The organizer said that somebody did not come, or took that back."""

    name: ClassVar[str] = "registrations.no_show_set"
    registration_id: UUID
    event_id: UUID
    no_show: bool
