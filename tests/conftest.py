"""Fixtures that every test may use. Those of one app live in its own folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.module_loading import import_string
from rest_framework.test import APIClient


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot show, with a reason that says how to run it."""
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))
        if item.get_closest_marker("scaled") and os.environ.get("LYCEUM_SCALED") != "1":
            item.add_marker(pytest.mark.skip(reason="starts the scaled set-up: set LYCEUM_SCALED=1"))


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.LYCEUM_DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Throttles, idempotency and the like start each test from nothing."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def api() -> APIClient:
    """A program that has not signed in."""
    return APIClient()


@pytest.fixture
def api_as() -> Callable[[Any], APIClient]:
    """Give a client that acts as this person: `api_as(user).get("/api/v1/…")`."""

    def sign_in(user: Any) -> APIClient:
        client = APIClient()
        client.force_authenticate(user=user)
        return client

    return sign_in


@pytest.fixture
def drain() -> Callable[[], Any]:
    """Do every delivery, mail and job that is due, until nothing is."""
    work: Callable[[], Any] = import_string("lyceum.core.ledger.drain")
    return work
