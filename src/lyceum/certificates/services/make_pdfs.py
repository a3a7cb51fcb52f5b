"""Making PDFs for certificates that have none yet: claimed in portions, drawn without a lock, written back together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.certificates.rendering.draw_pdf import RenderingFailed, render_pdf
from lyceum.certificates.rendering.layouts import content_of, layout_of
from lyceum.certificates.rendering.positions import PositionsRefused
from lyceum.certificates.rendering.typst_data import Layout
from lyceum.core.files import storage
from lyceum.core.work.leases import LeasePolicy, claim, exhausted, finish_many, postpone
from lyceum.core.work.wake_up import wake

log = logging.getLogger(__name__)

PDFS: Final = LeasePolicy(
    prefix="pdf_",
    batch=100,
    duration=timedelta(seconds=60),
    max_attempts=6,
    back_off=lambda attempt: timedelta(minutes=1),
)
NAMELESS: Final = "There is no name on it. Please revoke it, and issue it again once the name is known."
_LAYOUTS: dict[tuple[UUID, datetime], Layout] = {}


def render_due_pdfs(at: datetime) -> int:
    """Draw one portion of what is waiting.

    Locks: Certificate, only while claiming and while writing the portion back.
    Returns: how many were tried.
    """
    claimed = claim(Certificate.objects.awaiting_pdf().select_related("template"), PDFS, at=at)
    if claimed:
        for certificate in claimed:
            _draw(certificate)
        _write(claimed, at)
    return len(claimed)


def _draw(certificate: Certificate) -> None:
    """Draw and store one PDF; set on the row, without saving it, what came of it."""
    if certificate.status != Certificate.Status.ISSUED:
        certificate.pdf_state = Certificate.PdfState.SKIPPED
        return
    if exhausted(certificate, PDFS):
        certificate.pdf_error = "The worker died each time it drew this."
        return
    try:
        pdf = pdf_of(certificate)
        certificate.pdf_key = storage.store("certificates/pdf", pdf, content_type="application/pdf")
    except (RenderingFailed, PositionsRefused, FileNotFoundError) as failed:
        certificate.pdf_state, certificate.pdf_error = Certificate.PdfState.FAILED, str(failed)[:500]
        log.error("certificate_unprintable", extra={"certificate": str(certificate.pk)})
    except Exception as error:  # Storage trouble of any kind passes: it is tried again later.
        certificate.pdf_error = type(error).__name__
        log.exception("certificate_not_stored", extra={"certificate": str(certificate.pk)})
    else:
        certificate.pdf_state, certificate.pdf_error = Certificate.PdfState.READY, ""


def pdf_of(certificate: Certificate) -> bytes:
    """Return the certificate's PDF, the same bytes whenever it is asked for.

    Raises: RenderingFailed, PositionsRefused.
    """
    if not certificate.attendee_name:
        raise RenderingFailed(NAMELESS)
    template = certificate.template
    layout = _layout(template) if template is not None else layout_of(None, certificate.design)
    content = content_of(
        certificate.shown_data, certificate_id=certificate.certificate_id, issued_at=certificate.issued_at
    )
    return render_pdf(content, layout)


def _layout(template: CertificateTemplate) -> Layout:
    """Return the template's layout, remembered until the row changes."""
    key = (template.pk, template.updated_at)
    if key not in _LAYOUTS:
        if len(_LAYOUTS) >= 64:
            _LAYOUTS.clear()
        _LAYOUTS[key] = layout_of(template)
    return _LAYOUTS[key]


def _write(claimed: Sequence[Certificate], at: datetime) -> None:
    """Write a portion back, as far as it is still this worker's: what is done together, the rest one by one."""
    again = [row for row in claimed if row.pdf_state == Certificate.PdfState.PENDING]
    done = [row for row in claimed if row.pdf_state != Certificate.PdfState.PENDING]
    for row in done:
        if row.pdf_state == Certificate.PdfState.READY:
            row.pdf_generated_at = at
    finish_many(done, PDFS, ("pdf_state", "pdf_error", "pdf_key", "pdf_generated_at"), at=at)
    given_up = {"pdf_state": Certificate.PdfState.FAILED}
    for row in again:
        postpone(row, PDFS, at=at, when_given_up=given_up, pdf_error=row.pdf_error, updated_at=at)
    wake()
