"""What an event says of learning and of recordings, sent and answered with the event itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.learning.models import EventLearningSettings
from lyceum.recordings.models import EventRecordingSettings
from tests.factories.accounts import OrganizerFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"


@dataclass(frozen=True)
class Settings:
    """What one app keeps beside an event: its row, the values without one, and others."""

    model: type[Model]
    defaults: Mapping[str, Any]
    others: Mapping[str, Any]

    def answered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {name: body[name] for name in self.defaults}

    def rows(self) -> int:
        return self.model._default_manager.count()


LEARNING = Settings(
    EventLearningSettings,
    defaults={
        "modules_enabled": False,
        "assignments_enabled": False,
        "require_module_completion": False,
        "require_assignments_passed": False,
        "passing_score_percent": 70,
    },
    others={
        "modules_enabled": True,
        "assignments_enabled": True,
        "require_module_completion": True,
        "require_assignments_passed": True,
        "passing_score_percent": 55,
    },
)
RECORDINGS = Settings(
    EventRecordingSettings,
    defaults={"recording_enabled": True, "auto_publish_recordings": False, "recording_access_level": "registrants"},
    others={"recording_enabled": False, "auto_publish_recordings": True, "recording_access_level": "public"},
)
each_app = pytest.mark.parametrize("app", [LEARNING, RECORDINGS], ids=["learning", "recordings"])


@pytest.fixture
def owner() -> User:
    return OrganizerFactory()


@pytest.fixture
def client(owner: User, api_as: Callable[[Any], APIClient]) -> APIClient:
    return api_as(owner)


@each_app
def test_no_row_means_the_defaults(app: Settings, client: APIClient, owner: User) -> None:
    event = EventFactory(owner=owner)

    assert app.answered(client.get(f"{EVENTS}{event.pk}/").json()) == app.defaults
    assert app.answered(client.patch(f"{EVENTS}{event.pk}/", app.defaults, format="json").json()) == app.defaults
    assert app.rows() == 0


@each_app
def test_a_new_event_a_changed_one_and_a_duplicate_keep_them(app: Settings, client: APIClient) -> None:
    body = {"title": "Wound care", "starts_at": "2040-06-04T09:00:00Z", "duration_minutes": 60}
    made = client.post(EVENTS, {**body, **app.others}, format="json").json()
    copy = client.post(f"{EVENTS}{made['uuid']}/duplicate/", {}).json()
    back = client.patch(f"{EVENTS}{made['uuid']}/", app.defaults, format="json").json()

    assert [app.answered(made), app.answered(copy), app.answered(back)] == [app.others, app.others, app.defaults]
    assert app.rows() == 2


@pytest.mark.parametrize(
    ("app", "name", "value"),
    [
        (LEARNING, "passing_score_percent", 101),
        (LEARNING, "passing_score_percent", -1),
        (LEARNING, "modules_enabled", "perhaps"),
        (RECORDINGS, "recording_access_level", "friends"),
        (RECORDINGS, "recording_enabled", "perhaps"),
    ],
)
def test_what_is_impossible_is_refused(app: Settings, client: APIClient, owner: User, name: str, value: Any) -> None:
    event = EventFactory(owner=owner)

    refused = client.patch(f"{EVENTS}{event.pk}/", {name: value}, format="json")

    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, [name])
    assert app.rows() == 0


@each_app
def test_a_finished_event_changes_no_more(app: Settings, client: APIClient, owner: User) -> None:
    event = EventFactory(owner=owner, status="completed")

    refused = client.patch(f"{EVENTS}{event.pk}/", app.others, format="json")
    same = client.patch(f"{EVENTS}{event.pk}/", app.defaults, format="json")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "INVALID_STATE")
    assert refused.json()["error"]["details"]["fields"] == sorted(app.others)
    assert (same.status_code, app.answered(same.json())) == (200, app.defaults)
    assert app.rows() == 0
