"""Wall-clock times, across changes to and from summer time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from lyceum.core.errors import ValidationRefused
from lyceum.events.rules.local_time import resolve, shift_wall, wall_distance
from tests.events.conftest import BODY, EVENTS

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2040-01-10T09:00:00", "2040-01-10T08:00:00+00:00"),
        ("2040-07-10T09:00:00", "2040-07-10T07:00:00+00:00"),
        # The clocks go back on 28 October 2040: 02:30 happens twice, the first time in summer time.
        ("2040-10-28T02:30:00", "2040-10-28T00:30:00+00:00"),
        ("2040-10-28T03:00:00", "2040-10-28T02:00:00+00:00"),
        ("2040-07-10T09:00:00-05:00", "2040-07-10T14:00:00+00:00"),
    ],
)
def test_a_time_without_offset_is_the_clock_on_the_wall(wall: str, moment: str) -> None:
    assert resolve(datetime.fromisoformat(wall), BERLIN, field="starts_at").isoformat() == moment


@pytest.mark.parametrize("wall", ["2040-03-25T02:00:00", "2040-03-25T02:30:00", "2040-03-25T02:59:59"])
def test_a_time_that_the_clocks_skip_is_refused(wall: str) -> None:
    with pytest.raises(ValidationRefused) as refusal:
        resolve(datetime.fromisoformat(wall), BERLIN, field="starts_at")

    assert "skip this time" in refusal.value.details["starts_at"][0]


def test_a_shift_keeps_the_clock_on_the_wall() -> None:
    before = resolve(datetime(2040, 3, 20, 9, 0), BERLIN, field="x")

    after = shift_wall(before, BERLIN, timedelta(days=7))

    assert after - before == timedelta(days=7) - timedelta(hours=1)
    assert after.astimezone(BERLIN).hour == 9
    # A skipped time moves forward by the gap.
    skipped = shift_wall(resolve(datetime(2040, 3, 18, 2, 30), BERLIN, field="x"), BERLIN, timedelta(days=7))
    assert skipped.astimezone(BERLIN).isoformat() == "2040-03-25T03:30:00+02:00"


@given(
    name=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1)).map(lambda value: value.replace(tzinfo=UTC)),
    days=st.integers(-400, 400),
)
def test_distance_and_shift_agree(name: str, moment: datetime, days: int) -> None:
    zone = ZoneInfo(name)
    shifted = shift_wall(moment, zone, timedelta(days=days))

    gap = abs(wall_distance(moment, shifted, zone) - timedelta(days=days))
    # Apia left out a whole day in 2011; elsewhere a gap is at most an hour.
    assert gap <= timedelta(days=1)


pytest_db = pytest.mark.django_db


@pytest_db
def test_events_and_deadlines_are_entered_in_the_events_zone(make: Any) -> None:
    event = make(
        timezone="Europe/Berlin",
        starts_at="2040-10-29T09:00:00",
        duration_minutes=60,
        registration_deadline="2040-10-27T23:59:59",
    )

    assert event["starts_at"] == "2040-10-29T08:00:00Z"
    assert event["registration_deadline"] == "2040-10-27T21:59:59Z"


@pytest_db
@pytest.mark.parametrize("field", ["starts_at", "registration_deadline"])
def test_a_skipped_time_is_a_422(client: APIClient, field: str) -> None:
    body = {**BODY, "starts_at": "2040-03-26T09:00:00", "timezone": "Europe/Berlin", field: "2040-03-25T02:30:00"}

    response = client.post(EVENTS, body)

    assert response.status_code == 422
    assert list(response.json()["error"]["details"]) == [field]


@pytest_db
def test_an_event_across_the_change_keeps_its_real_length(make: Any) -> None:
    event = make(timezone="Europe/Berlin", starts_at="2040-10-28T01:30:00", duration_minutes=120)

    assert (event["starts_at"], event["ends_at"]) == ("2040-10-27T23:30:00Z", "2040-10-28T01:30:00Z")


@pytest_db
def test_moving_to_winter_keeps_sessions_at_their_hour(make: Any, client: APIClient) -> None:
    sessions = [{"starts_at": f"2040-10-{day}T09:00:00", "duration_minutes": 60} for day in (10, 11)]
    event = make(timezone="Europe/Berlin", sessions=sessions)

    moved = client.patch(f"{EVENTS}{event['uuid']}/", {"starts_at": "2040-10-27T09:00:00"}).json()

    assert [one["starts_at"] for one in moved["sessions"]] == ["2040-10-27T07:00:00Z", "2040-10-28T08:00:00Z"]
