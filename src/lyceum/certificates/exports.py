"""An event's certificates as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from lyceum.certificates.models import Certificate
from lyceum.certificates.rules.snapshot import verification_url

EXPORT_HEADER = (
    "Certificate", "Name", "Email", "Event", "Event date", "CPD type", "CPD credits", "Hours", "Status", "Issued at",
    "Revoked at", "Revocation category", "Verification address",
)  # fmt: skip


def export_rows(certificates: QuerySet[Certificate]) -> Iterator[tuple[Any, ...]]:
    """Yield one row for each certificate, read in batches."""
    rows = certificates.select_related(None).select_related("award")
    for one in rows.iterator(chunk_size=1000):
        yield (
            one.certificate_id, one.attendee_name, one.award.person_email, one.event_title, one.event_date,
            one.cpd_type, one.cpd_credits, one.hours_completed, one.status, one.issued_at, one.revoked_at,
            one.revocation_category, verification_url(one.certificate_id),
        )  # fmt: skip
