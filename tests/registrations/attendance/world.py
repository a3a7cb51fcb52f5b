"""A small world for attendance: an event at a fixed time, a clock that tests move, and Zoom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lyceum.core import clock
from lyceum.core.work.due_work import drain
from lyceum.events.models import Event, EventSession, Meeting
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.zoom.fake import FakeMeeting, Person
from lyceum.registrations.models import Attendance, Registration
from tests.factories.events import EventSessionFactory, PublishedEventFactory, hold_number
from tests.factories.registrations import RegistrationFactory
from tests.factories.zoom import client_zoom

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MEETING_ID = "85746065432"
UUID_OF_MEETING = "4444AAAiAAAAAiAiAiiAii=="


def minute(number: float) -> datetime:
    """Return the moment so many minutes after the start of the event."""
    return START + timedelta(minutes=number)


class World:
    """An hour-long online event; `at` is the product's time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, sessions: int = 1, **event: Any) -> None:
        self.at = minute(-60)
        monkeypatch.setattr(clock, "now", lambda: self.at)
        self.zoom = client_zoom()
        self.meeting = FakeMeeting(MEETING_ID, UUID_OF_MEETING, START)
        event.setdefault("zoom_meeting_id", MEETING_ID)
        event.setdefault("duration_minutes", 60 + 120 * (sessions - 1))
        self.event: Event = PublishedEventFactory(starts_at=START, **event)
        self.sessions = list(self.event.sessions.all())
        if sessions > 1:
            self._split(sessions)

    def _split(self, count: int) -> None:
        self.event.sessions.all().delete()
        self.sessions = [
            EventSessionFactory(
                event=self.event,
                session_number=number + 1,
                title=f"Part {number + 1}",
                starts_at=minute(120 * number),
                zoom_meeting_id=f"9000000000{number}",
            )
            for number in range(count)
        ]

    def meeting_of(self, number: int) -> FakeMeeting:
        """Return the own meeting of one session of several, counted from 0."""
        session = self.sessions[number]
        return FakeMeeting(session.online.number, f"uuid-of-{number}", session.starts_at)

    def enter_meeting(self, number: str) -> None:
        """Give each session this meeting as its own, or none."""
        for session in self.event.sessions.all():
            Meeting.objects.update_or_create(session=session, defaults={"number": number, "claimed_at": self.at})
            hold_number(number, self.event.owner_id)

    def person(self, name: str, **more: Any) -> Registration:
        row: Registration = RegistrationFactory(
            event=self.event, email=f"{name.lower()}@example.org", full_name=name, **more
        )
        return row

    def tell(self, *bodies: Mapping[str, Any], at: datetime | None = None) -> None:
        """Deliver signed bodies, in this order, and do the work that follows."""
        if at is not None:
            self.at = at
        for body in bodies:
            assert self.zoom.deliver(body, at=self.at) == 200
        drain(self.at)
        broken = InboundDelivery.objects.filter(status="failed").first()
        assert broken is None, f"{broken.error_message}\n{broken.error_traceback}"

    def pass_to(self, at: datetime) -> None:
        """Let time pass, and what is due be done."""
        self.at = at
        drain(self.at)

    def settle(self) -> None:
        """End the meeting on time and let the delay pass."""
        self.tell(self.meeting.ended(minute(60)), at=minute(60))
        self.pass_to(minute(71))

    def attendance(self, row: Registration) -> Attendance:
        """Return what is stored about somebody's attendance now; a blank row while nothing is."""
        return Registration.all_objects.get(pk=row.pk).attendance_or_blank

    def session(self, number: int = 0) -> EventSession:
        self.sessions[number].refresh_from_db()
        return self.sessions[number]

    @property
    def status(self) -> str:
        self.event.refresh_from_db()
        return self.event.status


def device(name: str, number: int = 1, *, email: bool = True, **more: Any) -> Person:
    """Return one connection of somebody."""
    address = f"{name.lower()}@example.org" if email else ""
    return Person(name, address, uuid=f"{name}-{number}", user_id=f"{abs(hash(name)) % 10**6}{number}", **more)
