"""Existing meetings get sensible owners, and links leave the rooms that visitors read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.events.test_migrations import AT, add_session, migrate

pytestmark = pytest.mark.slow

BEFORE = [("events", "0005_without_learning_and_recordings"), ("registrations", "0004_attendance")]
NUMBER = "85746065432"


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The tables as the version before had them; afterwards as they are."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate([*BEFORE, ("accounts", "0004_remove_notification_columns"), ("inbound", "0002_inbound_delivery")])
    migrate(newest)


def after() -> Any:
    return migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def add_owner(apps: Any, name: str) -> Any:
    return apps.get_model("accounts", "User").objects.create(email=f"{name}@example.org")


def add_event(apps: Any, owner: Any, slug: str, **columns: Any) -> Any:
    return apps.get_model("events", "Event").objects.create(
        owner=owner, title="Wound care", slug=slug, starts_at=AT, ends_at=AT + timedelta(hours=1), duration_minutes=60,
        **columns,
    )  # fmt: skip


def tell(
    apps: Any, event: Any, number: int, *, kind: str = "participant_joined", host: Any = "h", **columns: Any
) -> None:
    body = {"event": f"meeting.{kind}", "payload": {"account_id": "a", "object": {"id": NUMBER, "host_id": host}}}
    apps.get_model("inbound", "InboundDelivery").objects.create(
        source="zoom", external_id=f"e{number}", event_type=f"meeting.{kind}", subject=NUMBER, occurrence="u==",
        occurred_at=AT + timedelta(minutes=number), received_at=AT + timedelta(minutes=number), payload=body,
        status="completed", about_id=event.pk, **columns,
    )  # fmt: skip


def test_the_first_organizer_whose_event_was_on_owns_the_host(before: Any) -> None:
    first, second = add_owner(before, "first"), add_owner(before, "second")
    meeting = before.get_model("events", "Meeting").objects
    records = before.get_model("registrations", "AttendanceRecord").objects
    # The second had entered the number before the first; what Zoom told went to the first.
    late, early = add_event(before, second, "late"), add_event(before, first, "early")
    for event in (late, early):
        meeting.create(event=event, number=NUMBER)
    meeting.create(session=add_session(before, late, 1), number="111")
    tell(before, late, 0, kind="registration_created")
    tell(before, early, 1, records_created=1)
    tell(before, late, 2, records_created=1)
    tell(before, late, 3, host=None)
    for event in (early, late):
        records.create(event=event, meeting_uuid="u==", participant_key="p", joined_at=AT)
    old = records.create(event=early, meeting_uuid="older", participant_key="p", joined_at=AT)

    apps = after()
    host = apps.get_model("events", "MeetingHost").objects.get()
    assert (host.account_id, host.host_id, host.owner_id, host.proof) == ("a", "h", first.pk, "ran")
    assert host.since == AT + timedelta(minutes=1)
    numbers = apps.get_model("events", "MeetingNumber").objects
    assert numbers.get(number=NUMBER).host_id == host.pk
    assert (numbers.get(number="111").owner_id, numbers.get(number="111").host_id) == (second.pk, None)
    rows = apps.get_model("events", "Meeting").objects
    assert not rows.exclude(claimed_at__isnull=False).exists()
    known = apps.get_model("registrations", "AttendanceRecord").objects
    assert set(known.filter(meeting_uuid="u==").values_list("meeting_host_id", flat=True)) == {host.pk}
    assert known.get(pk=old.pk).meeting_host_id is None


def test_a_number_is_whose_event_still_stands_first(before: Any) -> None:
    gone, first, second = (add_owner(before, name) for name in ("gone", "first", "second"))
    for place, (owner, more) in enumerate([(gone, {"status": "cancelled"}), (first, {}), (second, {})]):
        event = add_event(before, owner, f"e{place}", **more)
        before.get_model("events", "Meeting").objects.create(event=event, number=NUMBER)
    number = after().get_model("events", "MeetingNumber").objects.get()
    assert (number.owner_id, number.host_id) == (first.pk, None)


def test_links_leave_rooms_and_places(before: Any) -> None:
    owner = add_owner(before, "owner")
    search = before.get_model("events", "EventSearchText").objects
    event = add_event(before, owner, "e", location="zoom.us/j/1?pwd=x", skill_tags=["burns"])
    search.create(event=event, body="wound care\n\nzoom.us/j/1?pwd=x\nburns")
    plain = add_event(before, owner, "p", location="Hall 2")
    implicit = add_session(before, event, 1, is_implicit=True, room_or_link="https://zoom.us/j/2")
    before.get_model("events", "Meeting").objects.create(event=event, number=NUMBER, enabled=True)
    room = add_session(before, plain, 1, room_or_link="Hall 3")
    mixed = add_session(before, plain, 2, room_or_link="Hall 3 or zoom.us/j/3, passcode: 4")
    other = add_session(before, plain, 3, room_or_link="meet.google.com/abc")
    before.get_model("events", "Meeting").objects.create(session=other, join_url="https://zoom.us/j/5")

    apps = after()
    meetings, sessions = apps.get_model("events", "Meeting").objects, apps.get_model("events", "EventSession").objects
    assert set(sessions.values_list("room", flat=True)) == {"", "Hall 3"}
    assert sessions.get(pk=room.pk).room == "Hall 3"
    assert apps.get_model("events", "Event").objects.get(pk=event.pk).location == ""
    assert apps.get_model("events", "Event").objects.get(pk=plain.pk).location == "Hall 2"
    assert apps.get_model("events", "EventSearchText").objects.get().body == "wound care\n\nburns"
    assert meetings.get(event=event.pk).join_url == "https://zoom.us/j/1?pwd=x"
    own = meetings.get(session=implicit.pk)
    assert (own.join_url, own.number, own.enabled) == ("https://zoom.us/j/2", NUMBER, True)
    assert own.claimed_at is not None
    assert meetings.get(session=mixed.pk).error.endswith(": Hall 3 or zoom.us/j/3, passcode: 4")
    assert meetings.get(session=mixed.pk).join_url == ""
    assert meetings.get(session=other.pk).join_url == "https://zoom.us/j/5"
    assert meetings.get(session=other.pk).error.endswith(": meet.google.com/abc")
