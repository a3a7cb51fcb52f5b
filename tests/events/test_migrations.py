"""What the columns of events said is kept when it moves to rows of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.both_databases

BEFORE = [("events", "0002_search"), ("learning", None), ("recordings", None)]
AT = datetime(2040, 6, 4, 9, tzinfo=UTC)


def migrate(targets: Any) -> Any:
    return MigrationExecutor(connection).migrate(targets).apps


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The tables as the version before had them; afterwards as they are."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate(BEFORE)
    migrate(newest)


def add_event(apps: Any, number: int, **columns: Any) -> Any:
    owner, _ = apps.get_model("accounts", "User").objects.get_or_create(email="owner@example.org")
    return apps.get_model("events", "Event").objects.create(
        owner=owner, title="Wound care", slug=f"wound-care-{number}", starts_at=AT, ends_at=AT.replace(hour=10),
        duration_minutes=60, **columns,
    )  # fmt: skip


def add_session(apps: Any, event: Any, number: int, **columns: Any) -> Any:
    return apps.get_model("events", "EventSession").objects.create(
        event=event, title="Part", session_number=number, starts_at=AT, ends_at=AT.replace(hour=10),
        duration_minutes=60, **columns,
    )  # fmt: skip


@pytest.mark.slow
def test_meetings_learning_and_recordings_leave_the_event_and_lose_nothing(before: Any) -> None:
    meets = {
        "zoom_enabled": True, "zoom_meeting_id": "85312345678", "zoom_meeting_uuid": "u==",
        "zoom_join_url": "https://zoom.us/j/1", "zoom_host_url": "https://zoom.us/s/1", "zoom_passcode": "secret",
    }  # fmt: skip
    repeats = {name: meets[name] for name in ("zoom_enabled", "zoom_meeting_id", "zoom_join_url")}
    full = add_event(
        before, 1, **meets, zoom_settings={"waiting_room": True}, zoom_error="Gone.", modules_enabled=True,
        passing_score_percent=55, recording_enabled=False, recording_access_level="public", deleted_at=AT,
    )  # fmt: skip
    plain = add_event(before, 2)
    implicit = add_session(before, full, 1, is_implicit=True, **repeats)
    named = add_session(before, plain, 1, **meets)
    differs = add_session(before, plain, 2, is_implicit=True, zoom_meeting_id="1")

    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    after = migrate(newest)

    meetings = after.get_model("events", "Meeting").objects
    assert not meetings.filter(session_id=implicit.pk).exists()
    assert meetings.get(session_id=differs.pk).number == "1"
    columns = ("enabled", "number", "occurrence_id", "join_url", "host_url", "passcode", "settings", "error")
    same = (True, "85312345678", "u==", "https://zoom.us/j/1", "https://zoom.us/s/1", "secret")
    assert meetings.filter(event_id=full.pk).values_list(*columns).get() == (*same, {"waiting_room": True}, "Gone.")
    assert meetings.filter(session_id=named.pk).values_list(*columns).get() == (*same, {}, "")
    assert meetings.count() == 3
    learning = after.get_model("learning", "EventLearningSettings").objects.get()
    assert (learning.event_id, learning.modules_enabled, learning.assignments_enabled) == (full.pk, True, False)
    assert learning.passing_score_percent == 55
    recordings = after.get_model("recordings", "EventRecordingSettings").objects.get()
    assert (recordings.event_id, recordings.recording_enabled) == (full.pk, False)
    assert (recordings.auto_publish_recordings, recordings.recording_access_level) == (False, "public")
