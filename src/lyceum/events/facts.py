"""What the events app announces. Ids only; who reads them looks up the rest."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class EventCreated(FactBase):
    name: ClassVar[str] = "events.event_created"
    event_id: UUID


@dataclass(frozen=True)
class EventPublished(FactBase):
    name: ClassVar[str] = "events.event_published"
    event_id: UUID


@dataclass(frozen=True)
class EventUnpublished(FactBase):
    name: ClassVar[str] = "events.event_unpublished"
    event_id: UUID


@dataclass(frozen=True)
class EventLive(FactBase):
    name: ClassVar[str] = "events.event_live"
    event_id: UUID


@dataclass(frozen=True)
class EventCompleted(FactBase):
    name: ClassVar[str] = "events.event_completed"
    event_id: UUID


@dataclass(frozen=True)
class EventClosed(FactBase):
    name: ClassVar[str] = "events.event_closed"
    event_id: UUID


@dataclass(frozen=True)
class EventReopened(FactBase):
    name: ClassVar[str] = "events.event_reopened"
    event_id: UUID


@dataclass(frozen=True)
class EventCancelled(FactBase):
    name: ClassVar[str] = "events.event_cancelled"
    event_id: UUID


@dataclass(frozen=True)
class EventDeleted(FactBase):
    name: ClassVar[str] = "events.event_deleted"
    event_id: UUID


@dataclass(frozen=True)
class EventRestored(FactBase):
    name: ClassVar[str] = "events.event_restored"
    event_id: UUID


@dataclass(frozen=True)
class EventTimesChanged(FactBase):
    """A published event, or one of its sessions, has moved; those who registered should hear of it."""

    name: ClassVar[str] = "events.event_times_changed"
    event_id: UUID


@dataclass(frozen=True)
class EventCapacityRaised(FactBase):
    """There may be free seats for people who wait."""

    name: ClassVar[str] = "events.event_capacity_raised"
    event_id: UUID


@dataclass(frozen=True)
class SessionStarted(FactBase):
    name: ClassVar[str] = "events.session_started"
    event_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class SessionCompleted(FactBase):
    name: ClassVar[str] = "events.session_completed"
    event_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class SessionCancelled(FactBase):
    name: ClassVar[str] = "events.session_cancelled"
    event_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class InvitationSent(FactBase):
    name: ClassVar[str] = "events.invitation_sent"
    event_id: UUID
    invitation_id: UUID
