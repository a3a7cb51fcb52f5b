"""What certificates hold about a person. Proofs outlive the account; what isn't printed is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lyceum.certificates.models import Award, Certificate, CertificateTemplate
from lyceum.core.personal_data import register_personal_data

_HIDDEN = {
    "pdf_key",
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
    """Yield what the person has earned, the certificates for it, and the templates that they made."""
    yield "awards.json", _rows(Award.objects.filter(person_id=user_id))
    yield "certificates.json", _rows(Certificate.objects.filter(award__person_id=user_id))
    yield "certificate-templates.json", _rows(CertificateTemplate.objects.filter(owner_id=user_id))


def erase(user_id: UUID, *, at: datetime) -> None:
    """Keep the certificates with the names that are on them, and forget the address beside, and who earned the awards.

    Locks: Award by id, Certificate by id.
    """
    awards = list(Award.objects.select_for_update(no_key=True).filter(person_id=user_id).order_by("pk"))
    certificates = list(
        Certificate.all_objects.select_for_update(no_key=True)
        .filter(award__in=awards)
        .only("certificate_data")
        .order_by("pk")
    )
    for certificate in certificates:
        certificate.certificate_data = {**certificate.certificate_data, "attendee_email": ""}
    Certificate.all_objects.bulk_update(certificates, ["certificate_data"], batch_size=_BATCH)
    for award in awards:
        award.person, award.person_name, award.person_email = None, "", ""
        award.wording = {key: said for key, said in award.wording.items() if key not in Award.PERSONAL_WORDING}
    Award.objects.bulk_update(awards, ["person", "person_name", "person_email", "wording"], batch_size=_BATCH)


def _rows(queryset: QuerySet[Any]) -> list[dict[str, Any]]:
    fields = queryset.model._meta.concrete_fields  # noqa: SLF001 -- Django documents it for this
    names = [field.attname for field in fields if field.name not in _HIDDEN]
    return list(queryset.values(*names))


register_personal_data("certificates", export=export, erase=erase)
