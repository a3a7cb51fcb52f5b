"""Fixtures that every test may use. Those of one app live in its own folder."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.module_loading import import_string
from rest_framework.test import APIClient

from tests.lock_order import LockWatcher, watch


def find_chromium() -> str:
    """Return the browser of this machine, or nothing. CHROMIUM names one outright."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot show, with a reason that says how to run it."""
    chromium = find_chromium()
    if not chromium and os.environ.get("LYCEUM_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("LYCEUM_REQUIRE_BROWSER is set, and there is no Chromium on this machine.")
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))
        if item.get_closest_marker("scaled") and os.environ.get("LYCEUM_SCALED") != "1":
            item.add_marker(pytest.mark.skip(reason="starts the scaled set-up: set LYCEUM_SCALED=1"))
        if item.get_closest_marker("browser") and not chromium:
            item.add_marker(pytest.mark.skip(reason="BROWSER TEST SKIPPED: install Chromium to run it"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a browser test that skips itself a failure where browsers are required."""
    report = yield
    required = os.environ.get("LYCEUM_REQUIRE_BROWSER") == "1"
    if required and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"A browser test was skipped, and LYCEUM_REQUIRE_BROWSER is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The executable for Playwright: `launch(executable_path=chromium_path, args=["--no-sandbox"])`."""
    return find_chromium()


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.LYCEUM_DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Throttles, idempotency and the like start each test from nothing."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def _lock_watcher(django_db_setup: None) -> LockWatcher | None:
    if connection.vendor != "postgresql":
        return None
    watcher = LockWatcher()
    watch(watcher)
    return watcher


@pytest.fixture(autouse=True)
def _locks_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a transaction locks rows against the product's one order (PostgreSQL)."""
    if request.node.get_closest_marker("django_db") is None or connection.vendor != "postgresql":
        yield
        return
    request.getfixturevalue("_django_db_helper")
    watcher: LockWatcher = request.getfixturevalue("_lock_watcher")
    watcher.begin_test()
    yield
    assert watcher.reversals == []


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
