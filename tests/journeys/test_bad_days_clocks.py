"""The night in which an hour happens twice, and the one in which an hour is missing, lived through over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.core.work.due_work import drain
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.zoom.fake import FakeMeeting, Person
from tests.factories.accounts import OrganizerFactory
from tests.factories.zoom import client_zoom
from tests.mailbox import text_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

EVENTS = "/api/v1/events/"
MEETING_ID = "85746065432"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Clock:
    """The product's time, moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def pass_to(self, text: str) -> None:
        self.at = utc(text)
        drain(self.at)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock(utc("2040-01-01T00:00:00"))
    monkeypatch.setattr(clock, "now", lambda: moving.at)
    return moving


@pytest.fixture
def organizer(api_as: Callable[[Any], APIClient]) -> APIClient:
    return api_as(OrganizerFactory())


def publish(organizer: APIClient, **values: Any) -> dict[str, Any]:
    body = {"title": "Night shift", "timezone": "Europe/Berlin", "duration_minutes": 60, **values}
    created = organizer.post(EVENTS, body)
    assert created.status_code == 201, created.json()
    published = organizer.post(f"{EVENTS}{created.json()['uuid']}/publish/")
    assert published.status_code == 200, published.json()
    return dict(published.json())


def register(event: dict[str, Any], number: int) -> tuple[int, str]:
    body = {"email": f"guest{number}@example.org", "name": "Ada King"}
    answer = APIClient().post(f"/api/v1/public/events/{event['uuid']}/register/", body)
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def test_a_deadline_in_the_hour_that_happens_twice_passes_once(time: Clock, organizer: APIClient) -> None:
    event = publish(organizer, starts_at="2040-10-28T09:00:00", registration_deadline="2040-10-28T02:30:00")
    # 02:30 in summer time is 00:30 UTC. At 01:15 UTC the clock on the wall shows 02:15 once more.
    assert event["registration_deadline"] == "2040-10-28T00:30:00Z"
    told = {}
    for number, moment in enumerate(("00:29:59", "00:30:01", "01:15:00", "01:45:00")):
        time.at = utc(f"2040-10-28T{moment}")
        told[moment] = register(event, number)
    closed = (409, "REGISTRATION_CLOSED")
    assert told == {"00:29:59": (201, ""), "00:30:01": closed, "01:15:00": closed, "01:45:00": closed}


def test_a_session_in_the_missing_hour_is_refused_and_nothing_is_kept(time: Clock, organizer: APIClient) -> None:
    event = publish(organizer, starts_at="2040-03-25T01:00:00")
    address = f"{EVENTS}{event['uuid']}/sessions/"
    before = organizer.get(address).json()["count"]
    body = {"title": "Missing", "starts_at": "2040-03-25T02:30:00", "duration_minutes": 30}
    answer = organizer.post(address, body)
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["starts_at"])
    assert organizer.get(address).json()["count"] == before
    # The same moment said with its offset is not missing.
    assert organizer.post(address, {**body, "starts_at": "2040-03-25T02:30:00+01:00"}).status_code == 201


def test_a_reminder_a_day_ahead_comes_a_real_day_ahead(time: Clock, organizer: APIClient, mailoutbox: Any) -> None:
    # From 09:00 winter time to 09:00 summer time are 23 hours; the reminder keeps 24, and the mail says 09:00.
    event = publish(organizer, starts_at="2040-03-25T09:00:00")
    assert event["starts_at"] == "2040-03-25T07:00:00Z"
    assert register(event, 1) == (201, "")
    time.pass_to("2040-03-24T06:59:59")
    reminders = EmailLog.objects.filter(kind="registrations.reminder")
    assert reminders.count() == 0
    time.pass_to("2040-03-24T07:00:01")
    assert reminders.count() == 1
    text = text_of(mailoutbox[-1])
    assert "9:00" in text
    assert "10:00" not in text
    assert "8:00" not in text


def test_minutes_across_the_hour_that_happens_twice(time: Clock, organizer: APIClient) -> None:
    event = publish(
        organizer, starts_at="2040-10-28T01:30:00", duration_minutes=210, zoom_meeting_id=MEETING_ID
    )  # fmt: skip
    # 01:30 summer time to 04:00 winter time are three and a half hours.
    assert (event["starts_at"], event["ends_at"]) == ("2040-10-27T23:30:00Z", "2040-10-28T03:00:00Z")
    assert register(event, 1) == (201, "")
    starts = utc("2040-10-27T23:30:00")
    meeting, ada = FakeMeeting(MEETING_ID, "4444AAAiAAAAAiAiAiiAii==", starts), Person("Ada King", "guest1@example.org")
    half = starts + timedelta(minutes=105)
    ends = starts + timedelta(minutes=210)
    zoom = client_zoom()
    for moment, body in (
        (starts, meeting.started(starts)), (starts, meeting.joined(ada, starts)), (half, meeting.left(ada, half)),
        (ends, meeting.ended(ends)),
    ):  # fmt: skip
        time.at = moment
        assert zoom.deliver(body, at=moment) == 200
        drain(moment)
    time.pass_to("2040-10-28T03:20:00")
    places = f"{EVENTS}{event['uuid']}/registrations/"
    row = organizer.get(f"{places}{organizer.get(places).json()['results'][0]['uuid']}/").json()
    assert (row["total_duration_minutes"], row["attendance_percent"], row["attendance_eligible"]) == (105, 50, False)


def test_a_certificates_date_is_the_one_on_the_wall(time: Clock, organizer: APIClient) -> None:
    # 23:30 winter time on the day of the change is 22:30 UTC; with the morning's offset it would be the next day.
    event = publish(organizer, starts_at="2040-10-28T23:30:00", duration_minutes=15)
    assert event["starts_at"] == "2040-10-28T22:30:00Z"
    assert register(event, 1) == (201, "")
    address = f"{EVENTS}{event['uuid']}/"
    row = organizer.get(f"{address}registrations/").json()["results"][0]
    time.pass_to("2040-10-28T22:31:00")
    assert organizer.post(f"{address}start/").status_code == 200
    time.pass_to("2040-10-28T22:46:00")
    assert organizer.post(f"{address}complete/").status_code == 200
    marked = organizer.post(
        f"{address}registrations/{row['uuid']}/override-attendance/", {"eligible": True, "reason": "Was there"}
    )
    assert marked.status_code == 200
    # The delay after the end, in which what comes late still counts.
    time.pass_to("2040-10-28T22:57:00")
    assert organizer.post(f"{address}certificates/issue/", {}).json()["issued"] == 1
    certificate = organizer.get(f"{address}certificates/").json()["results"][0]
    assert certificate["event_date"] == "2040-10-28"
