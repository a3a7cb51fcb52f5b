"""What an event says of recordings, sent and answered with the event itself."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.recordings.models import EventRecordingSettings
from tests.factories.accounts import OrganizerFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"
DEFAULTS = {"recording_enabled": True, "auto_publish_recordings": False, "recording_access_level": "registrants"}
OTHERS = {"recording_enabled": False, "auto_publish_recordings": True, "recording_access_level": "public"}


@pytest.fixture
def owner() -> User:
    return OrganizerFactory()


@pytest.fixture
def client(owner: User, api_as: Callable[[Any], APIClient]) -> APIClient:
    return api_as(owner)


def answered(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in DEFAULTS}


def test_no_row_means_the_defaults(client: APIClient, owner: User) -> None:
    event = EventFactory(owner=owner)

    assert answered(client.get(f"{EVENTS}{event.pk}/").json()) == DEFAULTS
    assert answered(client.patch(f"{EVENTS}{event.pk}/", DEFAULTS, format="json").json()) == DEFAULTS
    assert not EventRecordingSettings.objects.exists()


def test_a_new_event_a_changed_one_and_a_duplicate_keep_them(client: APIClient) -> None:
    body = {"title": "Wound care", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}
    made = client.post(EVENTS, {**body, **OTHERS}, format="json").json()
    copy = client.post(f"{EVENTS}{made['uuid']}/duplicate/", {}).json()
    back = client.patch(f"{EVENTS}{made['uuid']}/", DEFAULTS, format="json").json()

    assert [answered(made), answered(copy), answered(back)] == [OTHERS, OTHERS, DEFAULTS]
    assert EventRecordingSettings.objects.count() == 2


@pytest.mark.parametrize(("name", "value"), [("recording_access_level", "friends"), ("recording_enabled", "perhaps")])
def test_what_is_impossible_is_refused(client: APIClient, owner: User, name: str, value: Any) -> None:
    event = EventFactory(owner=owner)

    refused = client.patch(f"{EVENTS}{event.pk}/", {name: value}, format="json")

    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, [name])
    assert not EventRecordingSettings.objects.exists()


def test_a_finished_event_changes_no_more(client: APIClient, owner: User) -> None:
    event = EventFactory(owner=owner, status="completed")

    refused = client.patch(f"{EVENTS}{event.pk}/", OTHERS, format="json")
    same = client.patch(f"{EVENTS}{event.pk}/", DEFAULTS, format="json")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "INVALID_STATE")
    assert refused.json()["error"]["details"]["fields"] == sorted(OTHERS)
    assert (same.status_code, answered(same.json())) == (200, DEFAULTS)
    assert not EventRecordingSettings.objects.exists()
