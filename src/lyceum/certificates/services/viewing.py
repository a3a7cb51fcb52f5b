"""Looking a certificate up as the public does, and counting that somebody did."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from lyceum.certificates.models import Certificate
from lyceum.certificates.selectors import Verification, verification


def look_up(*, certificate_id: str, at: datetime) -> Verification:
    """Return what the public may know about a certificate, and count the look.

    certificate_id: as printed, or as somebody typed it.
    """
    found = verification(certificate_id, at)
    if found.known:
        Certificate.objects.filter(certificate_id=found.certificate_id).update(
            view_count=F("view_count") + 1, first_viewed_at=Coalesce("first_viewed_at", at)
        )
    return found
