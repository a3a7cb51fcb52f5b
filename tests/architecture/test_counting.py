"""Nothing counts by a raw address: an IPv6 network of 64 bits is one place, wherever requests are counted."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from tests.architecture.routes import ROUTES
from tests.architecture.routing import all_patterns, view_of
from tests.architecture.sources import SOURCE, python_files

# Who counts on the cache, all by `network_of`; the idempotency of repeats tells callers apart, and counts nothing.
COUNTERS = {"core/rate_limits.py", "accounts/security/attempt_limits.py"}
# The front passes on what the server says, and asks `client_address.py` whom to believe.
READS_ADDRESSES = {"core/http/client_address.py", "config/front.py", "config/wsgi_threads.py"}
ONE, NEIGHBOUR, STRANGER = "2001:db8:1:2::1", "2001:db8:1:2:a:b:c:d", "2001:db8:1:3::1"


def files_with(pattern: str) -> set[str]:
    return {str(path.relative_to(SOURCE)) for path in python_files() if re.search(pattern, path.read_text())}


def test_the_cache_counts_in_two_files_which_know_places_only():
    assert files_with(r"\bcache\.(a?incr|a?decr)\b") == COUNTERS
    assert files_with(r"\bnetwork_of\(") == COUNTERS | {
        "core/networks.py",
        "core/api/throttling.py",
        "config/arrivals.py",
    }


def test_addresses_are_read_from_requests_in_one_file():
    assert files_with(r"""(?i)["'](REMOTE_ADDR|(http_)?x[-_](forwarded[-_]for|real[-_]ip))["']""") == READS_ADDRESSES


def test_no_throttle_of_the_library_s_is_used():
    assert files_with(r"\b(Simple|Anon|User|Scoped)RateThrottle\b") == set()
    throttles = {
        throttle.__name__
        for path, callback in all_patterns()
        if path.startswith("/api/v1/")
        for throttle in view_of(callback).throttle_classes
    }
    assert throttles == {"ScopeThrottle"}


def open_routes() -> Iterator[tuple[str, str]]:
    """Everything that somebody who isn't signed in may ask for."""
    for route, audience in ROUTES.items():
        method, path = route.split(" ", 1)
        if audience in {"anyone", "signed"}:
            yield method, re.sub(r"<str:\w+>", str(uuid4()), path)


def asked_from(client: Client, method: str, path: str, addresses: list[str]) -> list[bool]:
    """For each address in turn, whether it was told to wait."""
    cache.clear()
    body = "" if method == "GET" else "{}"
    asked: list[Any] = [
        client.generic(method, path, body, content_type="application/json", REMOTE_ADDR=address)
        for address in addresses
    ]
    return [answer.status_code == 429 for answer in asked]


@pytest.mark.django_db
def test_every_route_counts_a_neighbour_as_the_same_and_a_stranger_as_another(settings: Any):
    settings.THROTTLES = {**dict.fromkeys(settings.THROTTLES, "1/hour"), "auth_login": "off"}
    client, wrong, counted = Client(raise_request_exception=False), [], 0
    for method, path in open_routes():
        if asked_from(client, method, path, [ONE, ONE]) != [False, True]:
            continue
        counted += 1
        if asked_from(client, method, path, [ONE, NEIGHBOUR, STRANGER]) != [False, True, False]:
            wrong.append(f"{method} {path}")
    assert wrong == []
    assert counted > 25
