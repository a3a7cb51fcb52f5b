"""What certificates hold about a person. Proofs outlive the account; what isn't printed is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.core.personal_data import register_personal_data

_HIDDEN = {
    "pdf_key",
    "pdf_due_at",
    "pdf_lease_until",
    "job_id",
    "file_key",
    "background_key",
    "signature_key",
    "preview_key",
    "sample_key",
}
_BATCH = 200


def export(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the certificates that the person holds, and the templates that they made."""
    yield "certificates.json", _rows(Certificate.objects.filter(registration__user_id=user_id))
    yield "certificate-templates.json", _rows(CertificateTemplate.objects.filter(owner_id=user_id))


def erase(user_id: UUID, *, at: datetime) -> None:
    """Keep the proofs with the names that are on them, and forget the address beside."""
    held = Certificate.all_objects.filter(registration__user_id=user_id)
    batch: list[Certificate] = []
    for certificate in held.only("certificate_data").iterator(chunk_size=_BATCH):
        certificate.certificate_data = {**certificate.certificate_data, "attendee_email": ""}
        batch.append(certificate)
    Certificate.all_objects.bulk_update(batch, ["certificate_data"], batch_size=_BATCH)


def _rows(queryset: Any) -> list[dict[str, Any]]:
    fields = queryset.model._meta.concrete_fields  # noqa: SLF001 -- Django documents it for this
    names = [field.attname for field in fields if field.name not in _HIDDEN]
    return list(queryset.values(*names))


register_personal_data("certificates", export=export, erase=erase)
