"""A vendor for tests: a real HTTP server on a real socket, which fails, hangs and counts as a test tells it."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from django.db import connection

from lyceum.integrations.outbound.models import OutboundCall
from lyceum.integrations.outbound.ports import outbound_call
from lyceum.integrations.outbound.services.ask import ask_vendor

TIMEOUT = httpx.Timeout(0.5)


@dataclass
class Vendor:
    """What the server does next, and what it was asked.

    answers: (status, headers) for the next requests, one each; 200 when there are none left.
    meanwhile: called in the server's own thread while a request waits for its answer.
    done: what the server has done for each idempotency key, as a vendor that keeps its word.
    """

    url: str = ""
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    meanwhile: Callable[[], Any] = lambda: None
    hang: float = 0.0
    keys: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    running: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, key: str) -> tuple[int, dict[str, str], dict[str, str]]:
        with self.lock:
            self.keys.append(key)
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
        try:
            self.meanwhile()
            time.sleep(self.hang)
        finally:
            with self.lock:
                self.running -= 1
        with self.lock:
            status, headers = self.answers.popleft() if self.answers else (200, {})
            if status < 300:
                self.done.setdefault(key, f"meeting-{len(self.done) + 1}")
            return status, headers, {"id": self.done.get(key, "")}


@dataclass
class Told:
    """What the handlers of the test's calls were told, and how often they fail first."""

    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    fails: int = 0
    before_return: Callable[[], Any] = lambda: None
    on_answer: Callable[[OutboundCall], Any] = lambda call: None


@dataclass
class Stage:
    """The vendor and the handlers of the running test."""

    vendor: Vendor = field(default_factory=Vendor)
    told: Told = field(default_factory=Told)


STAGE = Stage()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        # A request that outlives its test doesn't count in the next one.
        vendor = STAGE.vendor
        try:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, content = vendor.serve(self.headers["Idempotency-Key"])
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # The caller didn't wait for it.
        finally:
            connection.close()

    def log_message(self, *args: Any) -> None:
        pass


def start_server() -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class CreateMeeting:
    """Asks the test's vendor for a meeting."""

    def perform(self, args: dict[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        answer = ask_vendor(
            "POST", STAGE.vendor.url, headers={"Idempotency-Key": idempotency_key}, content=args, timeout=TIMEOUT
        )
        STAGE.told.before_return()
        return {"meeting_id": answer["id"]}

    def on_answer(self, call: OutboundCall, answer: dict[str, Any], *, at: datetime) -> None:
        if STAGE.told.fails:
            STAGE.told.fails -= 1
            raise ValueError("ada@example.org")
        STAGE.told.on_answer(call)
        STAGE.told.answers.append((str(call.about_id), answer))

    def on_failure(self, call: OutboundCall, error: str, *, at: datetime) -> None:
        if STAGE.told.fails:
            STAGE.told.fails -= 1
            raise ValueError("ada@example.org")
        STAGE.told.failures.append((str(call.about_id), error))


outbound_call("tests.create_meeting", vendor="tests")(CreateMeeting)


@outbound_call("tests.other_vendor", vendor="others")
class OtherVendor(CreateMeeting):
    pass
