"""Checking whether a certificate stands, as anybody may."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from lyceum.certificates.models import Certificate
from lyceum.certificates.selectors import Verification, verification


def verify_certificate(*, certificate_id: str, at: datetime) -> Verification:
    """Return what the public may know about a certificate, and count that somebody asked.

    certificate_id: as printed, or as somebody typed it.
    """
    found = verification(certificate_id, at)
    if found.known:
        Certificate.objects.filter(certificate_id=found.certificate_id).update(
            view_count=F("view_count") + 1, first_viewed_at=Coalesce("first_viewed_at", at)
        )
    return found
