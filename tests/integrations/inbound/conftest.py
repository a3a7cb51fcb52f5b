"""A Zoom for tests, whose deliveries go through the API's own door."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lyceum.integrations.zoom.fake import FakeZoom

ADDRESS = "/api/v1/webhooks/zoom/"


class ClientSender:
    """Posts into Django's test client, raw bytes and all."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        extra = {name: value for name, value in headers.items() if name != "content-type"}
        response = self.client.post(ADDRESS, data=body, content_type="application/json", headers=extra)
        return response.status_code, response.json()


@pytest.fixture
def zoom() -> FakeZoom:
    return FakeZoom(secret=settings.ZOOM_WEBHOOK_SECRET, sender=ClientSender())
