"""Making PDFs for certificates that have none yet: claimed in portions, drawn without a lock, written back together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, F, Q, Value, When

from lyceum.certificates.models import Certificate, CertificateTemplate
from lyceum.certificates.rendering.drawing import Layout
from lyceum.certificates.rendering.engine import RenderingFailed, render_pdf
from lyceum.certificates.rendering.layouts import content_of, layout_of
from lyceum.certificates.rendering.positions import PositionsRefused
from lyceum.core import clock
from lyceum.core.files import storage
from lyceum.core.work.wake_up import wake

log = logging.getLogger(__name__)

BATCH: Final = 100
# How long a worker may take for a portion before another one may have it.
LEASE: Final = timedelta(seconds=60)
MAX_ATTEMPTS: Final = 6
_LAYOUTS: dict[tuple[UUID, datetime], Layout] = {}


def render_due_pdfs(at: datetime) -> int:
    """Draw one portion of what is waiting.

    Locks: Certificate (skipping what others hold), only to claim.
    Returns: how many were tried.
    """
    claimed = _claim()
    if not claimed:
        return 0
    ready = [certificate for certificate in claimed if _draw(certificate)]
    _write(claimed, ready, at)
    return len(claimed)


@transaction.atomic
def _claim() -> list[Certificate]:
    real = clock.real_now()
    free = Q(pdf_lease_until__isnull=True) | Q(pdf_lease_until__lt=real)
    waiting = Certificate.objects.awaiting_pdf().filter(free)
    ids = list(
        waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    if not ids:
        return []
    Certificate.objects.filter(pk__in=ids).update(pdf_lease_until=real + LEASE, pdf_attempts=F("pdf_attempts") + 1)
    return list(Certificate.objects.filter(pk__in=ids).select_related("template").order_by("pk"))


def _draw(certificate: Certificate) -> bool:
    """Draw and store one PDF; say on the row what went wrong, when it did."""
    if certificate.status != Certificate.Status.ISSUED:
        certificate.pdf_state = Certificate.PdfState.SKIPPED
        return False
    try:
        pdf = pdf_of(certificate)
        certificate.pdf_key = storage.store("certificates/pdf", pdf, content_type="application/pdf")
    except (RenderingFailed, PositionsRefused, FileNotFoundError) as failed:
        certificate.pdf_state, certificate.pdf_error = Certificate.PdfState.FAILED, str(failed)[:500]
        log.error("certificate_unprintable", extra={"certificate": str(certificate.pk)})
        return False
    except Exception as error:  # Storage trouble of any kind passes: the lease ends, and it is tried again.
        certificate.pdf_error = type(error).__name__
        if certificate.pdf_attempts >= MAX_ATTEMPTS:
            certificate.pdf_state = Certificate.PdfState.FAILED
        log.exception("certificate_not_stored", extra={"certificate": str(certificate.pk)})
        return False
    certificate.pdf_state = Certificate.PdfState.READY
    return True


def pdf_of(certificate: Certificate) -> bytes:
    """Return the certificate's PDF, the same bytes whenever it is asked for.

    Raises: RenderingFailed, PositionsRefused.
    """
    template = certificate.template
    layout = _layout(template) if template is not None else layout_of(None, certificate.design)
    content = content_of(
        certificate.certificate_data, certificate_id=certificate.certificate_id, issued_at=certificate.issued_at
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


@transaction.atomic
def _write(claimed: Sequence[Certificate], ready: Sequence[Certificate], at: datetime) -> None:
    """Write the portion back: one statement for what went well, and one for each that didn't."""
    if ready:
        key = Case(*(When(pk=one.pk, then=Value(one.pdf_key)) for one in ready), output_field=CharField())
        Certificate.objects.filter(pk__in=[one.pk for one in ready]).update(
            pdf_key=key,
            pdf_state=Certificate.PdfState.READY,
            pdf_generated_at=at,
            pdf_error="",
            pdf_lease_until=None,
            updated_at=at,
        )
        wake()
    done = {one.pk for one in ready}
    for certificate in claimed:
        if certificate.pk not in done:
            Certificate.objects.filter(pk=certificate.pk).update(
                pdf_state=certificate.pdf_state, pdf_error=certificate.pdf_error, updated_at=at
            )
