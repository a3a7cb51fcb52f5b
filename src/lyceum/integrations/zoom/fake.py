"""A Zoom that signs and sends what the real one would, for tests and for `make demo`.

It speaks through a sender, so that the same deliveries go over a real socket or into a test client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx

from lyceum.integrations.zoom.signature import sign

TIMEOUT_SECONDS = 10.0


class Sender(Protocol):
    """Posts a body with headers; returns the status and the answer's JSON."""

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]: ...


class HttpSender:
    """Posts over a real socket to `<base>/api/v1/webhooks/zoom/`."""

    def __init__(self, base: str) -> None:
        self._url = f"{base.rstrip('/')}/api/v1/webhooks/zoom/"
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        response = self._client.post(self._url, content=body, headers=dict(headers))
        return response.status_code, response.json()

    def close(self) -> None:
        self._client.close()


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


class FakeZoom:
    """Signs bodies as Zoom does, and sends them."""

    def __init__(self, *, secret: str, sender: Sender) -> None:
        self._secret = secret
        self._send = sender

    def deliver(self, body: Mapping[str, Any] | bytes, *, at: datetime, signature: str | None = None) -> int:
        """Send one delivery and return the status that came back.

        at: the moment in the signed timestamp header.
        signature: sent in place of the right one, to forge.
        """
        return self.exchange(body, at=at, signature=signature)[0]

    def exchange(
        self, body: Mapping[str, Any] | bytes, *, at: datetime, signature: str | None = None
    ) -> tuple[int, Any]:
        """Send one delivery and return the status and the answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(raw, self.headers(raw, at=at, signature=signature))

    def headers(self, raw: bytes, *, at: datetime, signature: str | None = None) -> dict[str, str]:
        """Return the headers that Zoom would send with a body."""
        timestamp = str(int(at.timestamp()))
        return {
            "content-type": "application/json",
            "user-agent": "Zoom Marketplace/1.0a",
            "x-zm-request-timestamp": timestamp,
            "x-zm-signature": signature or sign(self._secret, timestamp.encode(), raw).decode(),
        }


def stamp(at: datetime) -> str:
    """Return a time as Zoom writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
