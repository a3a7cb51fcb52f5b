"""What attendance announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class CheckedIn(FactBase):
    """Somebody was checked in."""

    name: ClassVar[str] = "registrations.checked_in"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class CheckedOut(FactBase):
    """Somebody was checked out."""

    name: ClassVar[str] = "registrations.checked_out"
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class AttendanceDecided(FactBase):
    """The decision about somebody's attendance was made, or changed."""

    name: ClassVar[str] = "registrations.attendance_decided"
    registration_id: UUID
    event_id: UUID
    eligible: bool


@dataclass(frozen=True)
class SessionSettled(FactBase):
    """A session's attendance is final, until somebody corrects it."""

    name: ClassVar[str] = "registrations.session_settled"
    session_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class AttendanceCorrected(FactBase):
    """An organizer corrected somebody's attendance. `what`: by_hand, override, session_override, matched, unmatched."""

    name: ClassVar[str] = "registrations.attendance_corrected"
    registration_id: UUID
    event_id: UUID
    what: str
