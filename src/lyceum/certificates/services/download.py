"""Handing out a person's own PDF."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from lyceum.certificates.errors import CertificateRevoked, NoPdf
from lyceum.certificates.models import Certificate
from lyceum.certificates.selectors import find_own_certificate
from lyceum.core.actors import Actor
from lyceum.core.files import storage

LINK_SECONDS = 15 * 60


def download_certificate(*, certificate_id: UUID, actor: Actor, at: datetime) -> str:
    """Return a signed link to one's own PDF that soon expires, and count the download.

    Raises: NotFound (404), CertificateRevoked (409), NoPdf (404) while it is being made.
    """
    certificate = find_own_certificate(actor, certificate_id)
    if certificate.status != Certificate.Status.ISSUED:
        raise CertificateRevoked
    if not certificate.has_pdf:
        raise NoPdf(certificate.pdf_error if certificate.pdf_state == Certificate.PdfState.FAILED else None)
    _count(certificate, at)
    return pdf_link(certificate)


def mark_downloaded(*, certificate_id: UUID, actor: Actor, at: datetime) -> Certificate:
    """Count a download that the holder's own program says it has made.

    Raises: NotFound (404).
    """
    certificate = find_own_certificate(actor, certificate_id)
    _count(certificate, at)
    certificate.refresh_from_db(fields=["download_count", "first_downloaded_at"])
    return certificate


def pdf_link(certificate: Certificate) -> str:
    """Return a signed link to the PDF."""
    name = f"certificate-{certificate.certificate_id}.pdf"
    return storage.signed_link(certificate.pdf_key, filename=name, seconds=LINK_SECONDS)


def _count(certificate: Certificate, at: datetime) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(
        download_count=F("download_count") + 1, first_downloaded_at=Coalesce("first_downloaded_at", at), updated_at=at
    )
