"""Calendars, read back with a parser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from rest_framework.test import APIClient

from tests.events.conftest import EVENTS
from tests.factories.events import EventFactory, PublishedEventFactory

pytestmark = pytest.mark.django_db

PUBLIC = "/api/v1/public/events/"


def entries(api: APIClient, event_id: Any) -> list[Any]:
    response = api.get(f"{PUBLIC}{event_id}/calendar.ics")
    assert response.status_code == 200
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_every_session_is_an_entry_in_the_events_zone(make: Any, client: APIClient, api: APIClient) -> None:
    event = make(
        timezone="Europe/Berlin",
        title="Ward round",
        location="Room 1; second, floor",
        sessions=[
            {"title": "Summer", "starts_at": "2040-10-26T09:00:00", "duration_minutes": 60},
            {"title": "Winter", "starts_at": "2040-10-29T09:00:00", "duration_minutes": 90},
        ],
    )
    client.post(f"{EVENTS}{event['uuid']}/publish/")

    response = api.get(f"{PUBLIC}{event['uuid']}/calendar.ics")

    calendar = Calendar.from_ical(response.content)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    found = calendar.walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in found] == ["Ward round: Summer", "Ward round: Winter"]
    assert [str(one["UID"]) for one in found] == [f"{row['uuid']}@lyceum" for row in event["sessions"]]
    starts = [one["DTSTART"].dt for one in found]
    assert [moment.hour for moment in starts] == [9, 9]
    assert [moment.utcoffset() for moment in starts] == [timedelta(hours=2), timedelta(hours=1)]
    assert found[1]["DTEND"].dt - starts[1] == timedelta(minutes=90)
    assert str(found[0]["LOCATION"]) == "Room 1; second, floor"
    assert response["Content-Disposition"] == 'attachment; filename="ward-round.ics"'


def test_identity_stays_and_the_sequence_grows(make: Any, client: APIClient, api: APIClient) -> None:
    event = make()
    client.post(f"{EVENTS}{event['uuid']}/publish/")
    first = entries(api, event["uuid"])[0]

    client.patch(f"{EVENTS}{event['uuid']}/", {"starts_at": "2040-06-05T09:00:00Z"})
    moved = entries(api, event["uuid"])[0]
    client.post(f"{EVENTS}{event['uuid']}/cancel/", {"reason": "Ill."})
    cancelled = entries(api, event["uuid"])[0]

    assert first["UID"] == moved["UID"] == cancelled["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"] < cancelled["SEQUENCE"]
    assert [str(one["STATUS"]) for one in (first, moved, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved["DTSTART"].dt == datetime(2040, 6, 5, 9, tzinfo=UTC)


def test_text_cannot_break_out(api: APIClient) -> None:
    event = PublishedEventFactory(
        title="A\r\nSUMMARY:B", description="x\nBEGIN:VEVENT\n\u202e😀" * 3, location="a\x0bb"
    )

    found = entries(api, event.pk)

    assert len(found) == 1
    assert found[0]["DESCRIPTION"].count("BEGIN:VEVENT") == 3
    assert str(found[0]["LOCATION"]) == "ab"


def test_drafts_and_private_events_have_no_calendar(api: APIClient, client: APIClient) -> None:
    for event in (EventFactory(), PublishedEventFactory(visibility="private")):
        assert api.get(f"{PUBLIC}{event.pk}/calendar.ics").status_code == 404
    unlisted = PublishedEventFactory(visibility="unlisted")
    assert api.get(f"{PUBLIC}{unlisted.slug}/calendar.ics").status_code == 200
