"""A vendor that listens, and handlers that remember."""

from collections.abc import Iterator

import pytest

from tests.integrations.outbound.vendor import STAGE, Told, Vendor, start_server


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    server = start_server()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def vendor(address: str) -> Vendor:
    STAGE.vendor = Vendor(url=address)
    return STAGE.vendor


@pytest.fixture
def told() -> Told:
    STAGE.told = Told()
    return STAGE.told
