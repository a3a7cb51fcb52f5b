"""Zoom's webhooks as a source of the inbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

from django.conf import settings

from lyceum.core.errors import MissingField, ParseRefused, PayloadTooLarge, ServiceUnavailable, ValidationRefused
from lyceum.core.json_reading import require_flat
from lyceum.integrations.inbound.ports import ImmediateAnswer, NewDelivery, SignedRequest
from lyceum.integrations.zoom.rules.payload import (
    ZoomDelivery,
    content_key,
    read_delivery,
    text,
    without_people,
    without_secrets,
)
from lyceum.integrations.zoom.rules.signature import check_signature, encrypt_token, may_be_encrypted

ZOOM: Final = "zoom"
_KEPT_HEADERS = ("x-zm-request-timestamp", "x-zm-request-id", "x-zm-trackingid", "x-zm-retry-num", "user-agent")


class ZoomWebhooks:
    """What Zoom posts: one happening of a meeting or webinar in each request."""

    name = ZOOM

    def verify(self, request: SignedRequest, *, at: datetime) -> None:
        """Check the signature over the raw bytes, then the age.

        Raises: ServiceUnavailable (503) without a secret; SignatureInvalid (401).
        """
        check_signature(
            secret=_secret(),
            timestamp=_raw(request.headers, "x-zm-request-timestamp"),
            signature=_raw(request.headers, "x-zm-signature"),
            body=request.body,
            at=at,
        )

    def read(self, request: SignedRequest, *, at: datetime) -> Sequence[NewDelivery] | ImmediateAnswer:
        """Return the one delivery, or the proof that Zoom's address check asks for.

        Raises: ParseRefused (400); MissingField (400); ValidationRefused (422).
        """
        content = _parse(request.body)
        if content["event"] == "endpoint.url_validation":
            return _prove(content.get("payload"))
        delivery = read_delivery(content, received_at=at)
        return [
            NewDelivery(
                external_id=content_key(delivery, request.body),
                event_type=delivery.event_type,
                occurred_at=delivery.occurred_at,
                subject=delivery.meeting_id,
                occurrence=delivery.meeting_uuid,
                payload=without_secrets(content),
                headers={name: text(request.headers[name], 200) for name in _KEPT_HEADERS if name in request.headers},
            )
        ]

    def interpret(self, payload: Mapping[str, Any], *, received_at: datetime) -> ZoomDelivery:
        """Return what a stored delivery says."""
        return read_delivery(payload, received_at=received_at)

    def redact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return the payload with ids and times, and nobody's name or address."""
        redacted: dict[str, Any] = without_people(payload)
        return redacted


def _secret() -> str:
    secret: str = settings.ZOOM_WEBHOOK_SECRET.strip()
    if not secret:
        raise ServiceUnavailable("Zoom isn't set up here: the webhook secret is missing.")
    return secret


def _raw(headers: Mapping[str, str], name: str) -> bytes:
    return headers.get(name, "").encode("latin-1", "replace")


def _parse(body: bytes) -> dict[str, Any]:
    try:
        # Read more kindly than a client's body: a name with half a character in it must not lose a delivery.
        content = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise PayloadTooLarge from None
    except ValueError as error:
        raise ParseRefused from error
    require_flat(content)
    if not isinstance(content, dict):
        raise ParseRefused
    if not isinstance(content.get("event"), str) or not content["event"].strip():
        raise MissingField({"event": ["This field is required."]})
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _prove(payload: Any) -> ImmediateAnswer:
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    if not may_be_encrypted(token):
        raise ValidationRefused({"payload": ["plainToken must be 1 to 128 letters, digits, dashes or underscores."]})
    return ImmediateAnswer({"plainToken": str(token), "encryptedToken": encrypt_token(_secret(), str(token))})
