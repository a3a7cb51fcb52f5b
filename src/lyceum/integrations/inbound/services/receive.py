"""Take a vendor's request in: verify it, store what it holds once, answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models.constants import OnConflict

from lyceum.core.work.wake_up import wake
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import ImmediateAnswer, NewDelivery, SignedRequest, Source, find_handler

RECEIVED = {"status": "received"}
UNHANDLED = "Nothing here handles this kind of event."
_FIELDS = InboundDelivery._meta.concrete_fields  # noqa: SLF001 -- Django's documented API, whatever its name


def receive(*, source: Source, request: SignedRequest, at: datetime) -> dict[str, str]:
    """Verify a request, store each of its deliveries once for a worker, and return the answer's JSON.

    A check of the address is answered and not stored.
    at: the product's time, against which the request's age is measured.
    Raises: what the source refuses with: SignatureInvalid (401), ServiceUnavailable (503) without a secret,
        ParseRefused (400), MissingField (400), ValidationRefused (422).
    """
    source.verify(request, at=at)
    found = source.read(request, at=at)
    if isinstance(found, ImmediateAnswer):
        return found.content
    rows = [_row(source, delivery, at) for delivery in found]
    _store(rows)
    if any(row.due_at is not None for row in rows):
        wake()
    return RECEIVED


def _row(source: Source, delivery: NewDelivery, at: datetime) -> InboundDelivery:
    row = InboundDelivery(
        source=source.name,
        external_id=delivery.external_id,
        event_type=delivery.event_type,
        occurred_at=delivery.occurred_at,
        received_at=at,
        subject=delivery.subject,
        occurrence=delivery.occurrence,
        payload=delivery.payload,
        headers=delivery.headers,
        due_at=at,
    )
    if find_handler(source.name, delivery.event_type) is None:
        row.status = InboundDelivery.Status.SKIPPED
        row.due_at, row.processed_at = None, at
        row.error_message = UNHANDLED
        row.payload = source.redact(delivery.payload)
    return row


def _store(rows: Sequence[InboundDelivery]) -> None:
    """Insert the deliveries that are not here already; the database decides, so there is nothing to race with."""
    deliveries: Any = InboundDelivery.objects.all()
    if len(rows) == 1:
        # What bulk_create does for one row, without its transaction around a single statement.
        deliveries._insert(rows, fields=_FIELDS, using=deliveries.db, on_conflict=OnConflict.IGNORE)  # noqa: SLF001 -- no public way
    elif rows:
        deliveries.bulk_create(rows, ignore_conflicts=True)
