"""What certificates announce."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class CertificateIssued(FactBase):
    """Somebody has a certificate for an award; registration and event are those of an award for attending an event."""

    name: ClassVar[str] = "certificates.certificate_issued"
    certificate_id: UUID
    registration_id: UUID | None = None
    event_id: UUID | None = None
    award_id: UUID | None = None


@dataclass(frozen=True)
class CertificateWasRevoked(FactBase):
    """A certificate was taken back; `category` is error, misconduct or other."""

    name: ClassVar[str] = "certificates.certificate_revoked"
    certificate_id: UUID
    category: str
    registration_id: UUID | None = None
    event_id: UUID | None = None
    award_id: UUID | None = None


@dataclass(frozen=True)
class TemplateCreated(FactBase):
    name: ClassVar[str] = "certificates.template_created"
    template_id: UUID


@dataclass(frozen=True)
class TemplateChanged(FactBase):
    """A template was edited; `template_id` differs from `previous_id` when that made a new version."""

    name: ClassVar[str] = "certificates.template_changed"
    template_id: UUID
    previous_id: UUID


@dataclass(frozen=True)
class TemplateDeleted(FactBase):
    name: ClassVar[str] = "certificates.template_deleted"
    template_id: UUID
