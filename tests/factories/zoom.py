"""A Zoom whose deliveries go into Django's test client, raw bytes and all."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.test import Client

from lyceum.integrations.zoom.fake import FakeZoom

ADDRESS = "/api/v1/webhooks/zoom/"


class ClientSender:
    """Posts into the test client."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        extra = {name: value for name, value in headers.items() if name != "content-type"}
        response = self.client.post(ADDRESS, data=body, content_type="application/json", headers=extra)
        return response.status_code, response.json()


def client_zoom() -> FakeZoom:
    return FakeZoom(secret=settings.ZOOM_WEBHOOK_SECRET, sender=ClientSender())
