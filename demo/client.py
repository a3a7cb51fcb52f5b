"""Talking to the running server as its programs and its people do."""

from __future__ import annotations

import email
import email.policy
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]


class Unexpected(Exception):
    """A figure differs from what the demo expects."""


@dataclass
class Server:
    """Where the server listens and keeps its data, as `make run` was told."""

    base: str = field(default_factory=lambda: f"http://{_host()}:{os.environ.get('PORT', '8000')}")
    data: Path = field(default_factory=lambda: Path(os.environ.get("LYCEUM_DATA", str(ROOT / "var"))).resolve())

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base, timeout=60, limits=httpx.Limits(max_connections=50))

    @property
    def zoom_secret(self) -> bytes:
        """Return the secret that Zoom would share with this server."""
        given = os.environ.get("ZOOM_WEBHOOK_SECRET", "")
        return (given or (self.data / "secrets" / "zoom-webhook-secret").read_text().strip()).encode()

    def ask(self, method: str, path: str, *, expect: int = 200, token: str = "", **kwargs: Any) -> Any:
        """Send one request; return its JSON (or text), or stop the demo when the status is another one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= kwargs.pop("headers", {})
        url = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        answer = self.http.request(method, url, headers=headers, **kwargs)
        if answer.status_code != expect:
            raise Unexpected(f"{method} {path}: {answer.status_code} instead of {expect}: {answer.text[:600]}")
        kind = answer.headers.get("content-type", "")
        return answer.json() if kind.startswith("application/json") else answer

    def every(self, path: str, *, token: str) -> list[dict[str, Any]]:
        """Return all rows of a list, page by page."""
        rows: list[dict[str, Any]] = []
        page = self.ask("GET", path, token=token, params={"page_size": 100})
        while True:
            rows += page["results"]
            if not page["next"]:
                return rows
            page = self.ask("GET", page["next"], token=token)

    def advance(self, seconds: float) -> None:
        """Move the product's clock forward."""
        self.ask("POST", "/dev/clock/", json={"advance_seconds": seconds})

    def now(self) -> str:
        """Return the product's time, ISO 8601."""
        return str(self.ask("GET", "/dev/clock/")["now"])

    def mails_to(self, address: str) -> list[email.message.EmailMessage]:
        """Return the mails that the server has sent to an address, oldest first."""
        found = []
        for path in sorted((self.data / "mail").glob("*.eml")):
            raw = path.read_bytes()
            if address.encode() in raw:
                mail = email.message_from_bytes(raw, policy=email.policy.default)
                if address in str(mail["To"]):
                    found.append(mail)
        return found

    def link_in_mail(self, address: str, subject: str) -> str:
        """Return the token link of the newest mail whose subject has this word."""

        def find() -> str | None:
            for mail in reversed(self.mails_to(address)):
                if subject.lower() in str(mail["Subject"]).lower():
                    match = re.search(r"^\S+token=\S+$", text_of(mail), re.MULTILINE)
                    if match:
                        return match.group(0)
            return None

        return wait_for(find, f"a mail to {address} with a link")


def text_of(mail: email.message.EmailMessage) -> str:
    """Return a mail's plain text."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def wait_for(find: Callable[[], T | None], what: str, *, seconds: float = 60) -> T:
    """Ask again until there is an answer."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    raise Unexpected(f"Waited {seconds:.0f} seconds for {what}.")


def equal(what: str, found: Any, expected: Any) -> None:
    """Stop the demo unless a figure is what it must be."""
    if found != expected:
        raise Unexpected(f"{what}: {found!r} instead of {expected!r}")


def _host() -> str:
    host = os.environ.get("HOST", "127.0.0.1")
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 -- compared only
