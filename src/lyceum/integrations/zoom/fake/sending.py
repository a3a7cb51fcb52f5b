"""Sending what Zoom would send, signed as Zoom signs it.

It speaks through a sender, so that the same deliveries go over a real socket or into a test client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import httpx

from lyceum.integrations.zoom.rules.signature import sign

TIMEOUT_SECONDS = 10.0


class Sender(Protocol):
    """Posts a body with headers; returns the status and the answer's JSON."""

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]: ...


class HttpSender:
    """Posts over a real socket to `<base>/api/v1/webhooks/zoom/`."""

    def __init__(self, base: str) -> None:
        self._url = f"{base.rstrip('/')}/api/v1/webhooks/zoom/"
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        response = self._client.post(self._url, content=body, headers=dict(headers))
        return response.status_code, response.json()

    def close(self) -> None:
        self._client.close()


class FakeZoom:
    """Signs bodies as Zoom does, and sends them."""

    def __init__(self, *, secret: str, sender: Sender) -> None:
        self._secret = secret
        self._send = sender

    def deliver(self, body: Mapping[str, Any] | bytes, *, at: datetime, signature: str | None = None) -> int:
        """Send one delivery and return the status that came back.

        at: the moment in the signed timestamp header.
        signature: sent in place of the right one, to forge.
        """
        return self.exchange(body, at=at, signature=signature)[0]

    def exchange(
        self, body: Mapping[str, Any] | bytes, *, at: datetime, signature: str | None = None
    ) -> tuple[int, Any]:
        """Send one delivery and return the status and the answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(raw, self.headers(raw, at=at, signature=signature))

    def headers(self, raw: bytes, *, at: datetime, signature: str | None = None) -> dict[str, str]:
        """Return the headers that Zoom would send with a body."""
        timestamp = str(int(at.timestamp()))
        return {
            "content-type": "application/json",
            "user-agent": "Zoom Marketplace/1.0a",
            "x-zm-request-timestamp": timestamp,
            "x-zm-signature": signature or sign(self._secret, timestamp.encode(), raw).decode(),
        }
