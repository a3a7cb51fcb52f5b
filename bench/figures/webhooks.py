"""Signed Zoom deliveries accepted a second, and that every one is then processed exactly once."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

from bench import load, servers
from bench.report import Figure

CLIENTS = 16
DELIVERIES = 4000
ROUNDS = 3


def measure(database: servers.Database) -> list[Figure]:
    """Return the rate against a bare view that checks the signature and inserts one row."""
    found: dict[str, list[float]] = {"full": [], "bare": []}
    for number in range(ROUNDS):
        for name in ("bare", "full"):
            found[name].append(_rate(database, name, number))
    full, bare = (sorted(found[name])[ROUNDS // 2] for name in ("full", "bare"))
    left = servers.seed(database, "inbox")
    expected = ROUNDS * DELIVERIES
    return [
        Figure("webhooks accepted, against a bare view", full, bare, "/s", 0.70),
        Figure("webhooks stored once each", float(str(left["stored"])), 2 * expected, "rows", 1.0),
        Figure("webhooks worked on, none left over", float(str(left["finished"])), 2 * expected, "rows", 1.0),
    ]


def _rate(database: servers.Database, name: str, number: int) -> float:
    settings = "bench.settings" if name == "full" else "bench.floor.settings"
    path = "/api/v1/webhooks/zoom/" if name == "full" else "/webhook/"
    with servers.serve(database, settings) as port:
        requests = [_delivery(path, f"{name}-{number}-{index}", port) for index in range(DELIVERIES)]
        result = load.run(requests, port=port, clients=CLIENTS)
    if set(result.statuses) != {200}:
        raise SystemExit(f"The {name} inbox answered {dict(result.statuses)}.")
    return result.rate


def _delivery(path: str, key: str, port: int) -> bytes:
    now = datetime.now(UTC)
    payload: dict[str, Any] = {
        "event": "meeting.participant_joined",
        "event_ts": int(now.timestamp() * 1000),
        "payload": {
            "account_id": "AAAAAABBBB",
            "object": {
                "id": "88123456789",
                "uuid": "4444AAAiAAAAAiAiAiiAii==",
                "host_id": "x7yCxTTTTSiw02QgCAp8uQ",
                "topic": "Bench",
                "type": 2,
                "start_time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "timezone": "UTC",
                "duration": 60,
                "participant": {
                    "user_id": key,
                    "user_name": f"Person {key}",
                    "participant_uuid": key,
                    "join_time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "email": f"{key}@bench.example",
                },
            },
        },
    }
    body, timestamp = json.dumps(payload).encode(), str(int(time.time()))
    message = b"v0:" + timestamp.encode() + b":" + body
    signature = "v0=" + hmac.new(servers.ZOOM_SECRET.encode(), message, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": signature}
    return load.request("POST", path, body, port=port, headers=headers)
