"""What a meeting of Zoom's would report: who came, who went, when it began and ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody in a meeting, on one device. Guests often have no address and no account."""

    name: str
    email: str = ""
    uuid: str = ""
    user_id: str = ""
    account_id: str = ""
    registrant_id: str = ""


@dataclass
class FakeMeeting:
    """One occurrence of a meeting; each method returns the body that Zoom would post.

    family: meeting or webinar.
    """

    meeting_id: str
    uuid: str
    starts_at: datetime
    minutes: int = 60
    topic: str = "A meeting"
    family: str = "meeting"
    host_id: str = "z8yCxjTNQ8mcJzVvQp8fBQ"
    account_id: str = "AAAAAABBBB"
    event_ts_shift: timedelta = field(default_factory=timedelta)

    def started(self, at: datetime) -> dict[str, Any]:
        return self._body("started", at, {"start_time": stamp(at)})

    def ended(self, at: datetime, *, began_at: datetime | None = None) -> dict[str, Any]:
        return self._body("ended", at, {"start_time": stamp(began_at or self.starts_at), "end_time": stamp(at)})

    def joined(self, person: Person, at: datetime, *, kind: str = "participant_joined") -> dict[str, Any]:
        return self._about(person, kind, at, {"join_time": stamp(at)})

    def left(self, person: Person, at: datetime, *, kind: str = "participant_left") -> dict[str, Any]:
        reason = f"{person.name} left the meeting.<br>Reason: Host ended the meeting."
        return self._about(person, kind, at, {"leave_time": stamp(at), "leave_reason": reason})

    def waiting_room(self, person: Person, at: datetime, *, kind: str) -> dict[str, Any]:
        return self._about(person, kind, at, {"date_time": stamp(at)})

    def registration(self, registrant_id: str, email: str, at: datetime, *, kind: str) -> dict[str, Any]:
        registrant = {"id": registrant_id, "first_name": "A", "last_name": "B", "email": email, "status": "approved"}
        registrant["join_url"] = f"https://zoom.us/w/{self.meeting_id}?tk=secret"
        return self._body(kind, at, {"id": int(self.meeting_id), "registrant": registrant})

    def other(self, kind: str, at: datetime, **about: Any) -> dict[str, Any]:
        return self._body(kind, at, about)

    def _about(self, person: Person, kind: str, at: datetime, times: dict[str, str]) -> dict[str, Any]:
        participant: dict[str, Any] = {
            "user_id": person.user_id,
            "user_name": person.name,
            "id": person.account_id,
            "participant_uuid": person.uuid,
            "participant_user_id": person.account_id,
            "email": person.email,
            **times,
        }
        if person.registrant_id:
            participant["registrant_id"] = person.registrant_id
        return self._body(kind, at, {"participant": participant})

    def _body(self, kind: str, at: datetime, about: dict[str, Any]) -> dict[str, Any]:
        return {
            "event": f"{self.family}.{kind}",
            "event_ts": int((at + self.event_ts_shift).timestamp() * 1000),
            "payload": {
                "account_id": self.account_id,
                "object": {
                    "id": self.meeting_id,
                    "uuid": self.uuid,
                    "host_id": self.host_id,
                    "topic": self.topic,
                    "type": 5 if self.family == "webinar" else 2,
                    "start_time": stamp(self.starts_at),
                    "timezone": "UTC",
                    "duration": self.minutes,
                    **about,
                },
            },
        }


def stamp(at: datetime) -> str:
    """Return a time as Zoom writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
