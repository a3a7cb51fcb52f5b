"""What registrations announces. Attendance's own facts are in the second half."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class RegistrationConfirmed(FactBase):
    """Somebody has a seat, at once."""

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
class RegistrationCancelled(FactBase):
    """A place, or a place in the queue, was given up. `by`: attendee, organizer, event or account."""

    name: ClassVar[str] = "registrations.registration_cancelled"
    registration_id: UUID
    event_id: UUID
    was: str = "confirmed"
    by: str = "attendee"


@dataclass(frozen=True)
class RegistrationRepeated(FactBase):
    """Somebody tried to register an address that has a place; its owner is told, the caller is not."""

    name: ClassVar[str] = "registrations.registration_repeated"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class RegistrationNamed(FactBase):
    """Somebody who was registered by their address alone has entered their name."""

    name: ClassVar[str] = "registrations.registration_named"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class NoShowSet(FactBase):
    """The organizer said that somebody did not come, or took that back."""

    name: ClassVar[str] = "registrations.no_show_set"
    registration_id: UUID
    event_id: UUID
    no_show: bool
