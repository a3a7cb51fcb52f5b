"""What certificates announce."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lyceum.core.ledger import FactBase


@dataclass(frozen=True)
class CertificateIssued(FactBase):
    name: ClassVar[str] = "certificates.certificate_issued"
    certificate_id: UUID
    registration_id: UUID
    event_id: UUID


@dataclass(frozen=True)
class CertificateWasRevoked(FactBase):
    name: ClassVar[str] = "certificates.certificate_revoked"
    certificate_id: UUID
    registration_id: UUID
    event_id: UUID
    category: str


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
