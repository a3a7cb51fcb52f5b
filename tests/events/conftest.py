"""What the tests of events share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.core.actors import Actor
from tests.factories.accounts import OrganizerFactory

EVENTS = "/api/v1/events/"
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BODY = {"title": "Wound care", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}


@pytest.fixture
def owner(db: None) -> User:
    return OrganizerFactory()


@pytest.fixture
def actor(owner: User) -> Actor:
    return Actor.of(owner)


@pytest.fixture
def client(owner: User, api_as: Callable[[Any], APIClient]) -> APIClient:
    """The organizer's program."""
    return api_as(owner)


@pytest.fixture
def make(client: APIClient) -> Callable[..., dict[str, Any]]:
    """Make an event through the API and give its JSON."""

    def create(**values: Any) -> dict[str, Any]:
        # The times of an event with sessions are those of its sessions, unless the test says them.
        times = {} if "sessions" in values else {name: BODY[name] for name in ("starts_at", "duration_minutes")}
        response = client.post(EVENTS, {"title": BODY["title"], **times, **values}, format="json")
        assert response.status_code == 201, response.json()
        return response.json()

    return create
