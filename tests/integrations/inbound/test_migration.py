"""The log of Zoom's webhooks becomes the inbox of every vendor, with all its rows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.both_databases

BEFORE, AFTER = [("inbound", "0001_initial")], [("inbound", "0002_inbound_delivery")]
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
EVENT = UUID("01890000-0000-7000-8000-000000000001")


def migrated(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.fixture
def before(transactional_db: None) -> Any:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrated(BEFORE)
    # Of every app: going back takes along what others have built upon these tables.
    MigrationExecutor(connection).migrate(newest)


def row(log: Any, number: int, **more: Any) -> Any:
    values = {
        "webhook_id": f"key-{number}",
        "event_type": "meeting.started",
        "event_timestamp": AT,
        "received_at": AT + timedelta(seconds=1),
        "zoom_meeting_id": "85746065432",
        "zoom_meeting_uuid": "4444AAAiAAAAAiAiAiiAii==",
        "payload": {"event": "meeting.started"},
        "headers": {"user-agent": "Zoom"},
    }
    return log.objects.create(**values | more)


def test_every_row_stays_what_it_was(before: Any) -> None:
    log = before.get_model("inbound", "ZoomWebhookLog")
    done = row(
        log, 1, processing_status="completed", processing_attempts=1, processed_at=AT + timedelta(seconds=2),
        last_attempt_at=AT + timedelta(seconds=2), event_id=EVENT, attendance_records_created=3,
    )  # fmt: skip
    failed = row(
        log, 2, processing_status="failed", processing_attempts=2, next_attempt_at=AT + timedelta(minutes=10),
        error_message="ValueError", error_traceback="in handle",
    )  # fmt: skip
    abandoned = row(log, 3, processing_status="processing", processing_attempts=1, next_attempt_at=AT)
    deliveries = migrated(AFTER).get_model("inbound", "InboundDelivery").objects

    assert deliveries.count() == 3
    assert set(deliveries.values_list("source", flat=True)) == {"zoom"}
    columns = ("external_id", "event_type", "occurred_at", "received_at", "subject", "occurrence", "payload", "headers")
    assert deliveries.filter(pk=done.pk).values_list(*columns).get() == (
        "key-1",
        "meeting.started",
        AT,
        AT + timedelta(seconds=1),
        "85746065432",
        "4444AAAiAAAAAiAiAiiAii==",
        {"event": "meeting.started"},
        {"user-agent": "Zoom"},
    )
    kept = deliveries.get(pk=done.pk)
    assert (kept.status, kept.attempts, kept.about_id, kept.records_created) == ("completed", 1, EVENT, 3)
    assert (kept.processed_at, kept.last_attempt_at) == (AT + timedelta(seconds=2), AT + timedelta(seconds=2))
    kept = deliveries.get(pk=failed.pk)
    assert (kept.status, kept.attempts, kept.due_at) == ("failed", 2, AT + timedelta(minutes=10))
    assert (kept.error_message, kept.error_traceback) == ("ValueError", "in handle")
    # What a stopped worker had is due when its lease was to end.
    kept = deliveries.get(pk=abandoned.pk)
    assert (kept.status, kept.due_at, kept.lease_until) == ("processing", AT, None)


def test_the_way_back_keeps_the_rows_too(before: Any) -> None:
    row(before.get_model("inbound", "ZoomWebhookLog"), 1)
    migrated(AFTER)
    log = migrated(BEFORE).get_model("inbound", "ZoomWebhookLog")
    assert log.objects.get().webhook_id == "key-1"
