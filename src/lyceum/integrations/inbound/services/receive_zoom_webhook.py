"""Take a delivery in: verify, store once, answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db.models.constants import OnConflict

from lyceum.core.errors import MissingField, ParseRefused, ServiceUnavailable, ValidationRefused
from lyceum.core.work.wake_up import wake
from lyceum.integrations.inbound.models import ZoomWebhookLog
from lyceum.integrations.inbound.ports import zoom_handler
from lyceum.integrations.zoom.payload import content_key, read_delivery, text, without_people, without_secrets
from lyceum.integrations.zoom.signature import check_signature, encrypt_token, may_be_encrypted

RECEIVED = {"status": "received"}
_KEPT_HEADERS = ("x-zm-request-timestamp", "x-zm-request-id", "x-zm-trackingid", "x-zm-retry-num", "user-agent")
_FIELDS = ZoomWebhookLog._meta.concrete_fields  # noqa: SLF001 -- Django's documented API, whatever its name


def receive_zoom_webhook(*, body: bytes, headers: Mapping[str, str], at: datetime) -> dict[str, str]:
    """Verify a delivery, answer Zoom's address check, and store anything else for a worker.

    at: the product's time, against which the delivery's age is measured.
    Raises: ServiceUnavailable (503) without a secret; SignatureInvalid (401); ParseRefused (400);
        MissingField (400); ValidationRefused (422).
    """
    secret = settings.ZOOM_WEBHOOK_SECRET.strip()
    if not secret:
        raise ServiceUnavailable("Zoom isn't set up here: the webhook secret is missing.")
    check_signature(
        secret=secret,
        timestamp=_raw(headers, "x-zm-request-timestamp"),
        signature=_raw(headers, "x-zm-signature"),
        body=body,
        at=at,
    )
    said = _parse(body)
    if said["event"] == "endpoint.url_validation":
        return _prove(secret, said.get("payload"))
    _store(said, body, headers, at)
    return RECEIVED


def _raw(headers: Mapping[str, str], name: str) -> bytes:
    return headers.get(name, "").encode("latin-1", "replace")


def _parse(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ParseRefused from error
    if not isinstance(said, dict):
        raise ParseRefused
    if not isinstance(said.get("event"), str) or not said["event"].strip():
        raise MissingField({"event": ["This field is required."]})
    return said


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _prove(secret: str, payload: Any) -> dict[str, str]:
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    if not may_be_encrypted(token):
        raise ValidationRefused({"payload": ["plainToken must be 1 to 128 letters, digits, dashes or underscores."]})
    return {"plainToken": str(token), "encryptedToken": encrypt_token(secret, str(token))}


def _store(said: dict[str, Any], body: bytes, headers: Mapping[str, str], at: datetime) -> None:
    """Insert the delivery, or nothing when it is here already; one statement, so nothing to race with."""
    delivery = read_delivery(said, received_at=at)
    handled = zoom_handler(delivery.event_type) is not None
    row = ZoomWebhookLog(
        webhook_id=content_key(delivery, body),
        event_type=delivery.event_type,
        event_timestamp=delivery.occurred_at,
        received_at=at,
        zoom_meeting_id=delivery.meeting_id,
        zoom_meeting_uuid=delivery.meeting_uuid,
        payload=without_secrets(said) if handled else without_people(said),
        headers={name: text(headers[name], 200) for name in _KEPT_HEADERS if name in headers},
        next_attempt_at=at,
    )
    if not handled:
        row.processing_status = ZoomWebhookLog.Status.SKIPPED
        row.next_attempt_at, row.processed_at = None, at
        row.error_message = "Nothing here handles this kind of event."
    # What bulk_create does for one row, without its transaction around a single statement.
    rows: Any = ZoomWebhookLog.objects.all()
    rows._insert([row], fields=_FIELDS, using=rows.db, on_conflict=OnConflict.IGNORE)  # noqa: SLF001 -- no public way
    if handled:
        wake()
