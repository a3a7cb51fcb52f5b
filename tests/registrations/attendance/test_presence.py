"""Presence is always needed: a minute, a check-in, or the organizer's word."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.registrations.attendance.world import World, device, minute

pytestmark = pytest.mark.django_db
ALWAYS = (
    "Nobody is eligible without having been there: for at least a minute, by a check-in, or by the organizer's word."
)


@pytest.mark.parametrize(
    ("how", "eligible"),
    [("never", False), ("glance", False), ("minute", True), ("check-in", True), ("override", True), ("by hand", True)],
)
def test_a_minimum_of_nothing_still_needs_presence(
    monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient], how: str, eligible: bool
) -> None:
    world = World(monkeypatch, minimum_attendance_percent=0)
    ada, owner = world.person("Ada"), api_as(world.event.owner)
    row = f"/api/v1/events/{world.event.pk}/registrations/{ada.pk}/"
    if how in ("glance", "minute"):
        stay = 1 if how == "minute" else 0.5
        world.tell(world.meeting.joined(device("Ada"), minute(5)), world.meeting.left(device("Ada"), minute(5 + stay)))
    elif how == "check-in":
        world.at = minute(5)
        assert owner.post(f"{row}check-in/").status_code == 200
    world.tell(world.meeting.started(minute(0)), at=minute(6))
    world.settle()
    if how == "override":
        assert owner.post(f"{row}override-attendance/", {"eligible": True, "reason": "Seen."}).status_code == 200
    elif how == "by hand":
        assert owner.patch(row, {"attended": True}).status_code == 200
    seen = owner.get(row).json()
    assert seen["certificate_eligible"] is eligible
    assert (ALWAYS in seen["explanation"]) is (how in ("never", "glance", "override"))
