"""Zoom's side: webhooks with its payloads and its signature, sent to the running server."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from typing import Any

from demo.client import Server, equal


class Meeting:
    """One Zoom meeting that tells the server what happens in it.

    host: whose it is in Zoom. Each run has another organizer, so it needs a host of its own.
    """

    def __init__(self, server: Server, meeting_id: str, starts_at: datetime, *, host: str) -> None:
        self.server, self.meeting_id, self.starts_at, self.host = server, meeting_id, starts_at, host
        self.uuid = hashlib.sha256(f"{meeting_id}{starts_at}{time.time_ns()}".encode()).hexdigest()[:22] + "=="

    def tell(self, event: str, minute: float, participant: dict[str, Any] | None = None) -> bytes:
        """Send one delivery about what happened at a minute of the meeting; return its body."""
        body = self.body(event, minute, participant)
        equal(f"Zoom's {event}", self.send(body), 200)
        return body

    def send(self, body: bytes, *, secret: bytes | None = None, at: datetime | None = None) -> int:
        """Sign and send a body; return the status. `at` is when it claims to be sent, else the product's now."""
        moment = at or datetime.fromisoformat(self.server.now().replace("Z", "+00:00"))
        timestamp = str(int(moment.timestamp()))
        message = b"v0:" + timestamp.encode() + b":" + body
        signature = "v0=" + hmac.new(secret or self.server.zoom_secret, message, hashlib.sha256).hexdigest()
        headers = {
            "x-zm-request-timestamp": timestamp,
            "x-zm-signature": signature,
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Zoom Marketplace/1.0a",
        }
        return self.server.http.post("/api/v1/webhooks/zoom/", content=body, headers=headers).status_code

    def body(self, event: str, minute: float, participant: dict[str, Any] | None = None) -> bytes:
        """Return a delivery's raw body."""
        moment = self.starts_at + timedelta(minutes=minute)
        what: dict[str, Any] = {
            "id": self.meeting_id,
            "uuid": self.uuid,
            "host_id": self.host,
            "topic": "Demo",
            "type": 2,
            "start_time": stamp(self.starts_at),
            "duration": 60,
            "timezone": "UTC",
        }
        if event == "meeting.ended":
            what["end_time"] = stamp(moment)
        if participant is not None:
            key = "join_time" if event.endswith("joined") else "leave_time"
            what["participant"] = participant | {key: stamp(moment)}
        payload = {"account_id": "AAAAAABBBB", "object": what}
        return json.dumps({"event": event, "event_ts": int(moment.timestamp() * 1000), "payload": payload}).encode()


def participant(name: str, email: str, device: int = 1) -> dict[str, Any]:
    """Return one device of a person as Zoom describes it."""
    unique = hashlib.sha256(f"{name}{email}{device}".encode()).hexdigest()
    return {
        "user_id": str(int(unique[:7], 16)),
        "user_name": name,
        "id": "",
        "participant_uuid": unique[:22].upper(),
        "email": email,
        "registrant_id": "",
    }


def stamp(moment: datetime) -> str:
    """Return a time as Zoom writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
