"""A Zoom for tests, whose deliveries go through the API's own door."""

import pytest

from lyceum.integrations.zoom.fake import FakeZoom
from tests.factories.zoom import client_zoom


@pytest.fixture
def zoom() -> FakeZoom:
    return client_zoom()
