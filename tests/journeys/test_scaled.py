"""A small story over HTTP through nginx, two web processes, Redis, PostgreSQL, a worker and beat."""

import email
import email.policy
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.scaled_setup import ScaledSetup, scaled_setup, start_worker

pytestmark = [pytest.mark.scaled, pytest.mark.postgres, pytest.mark.timeout(300)]

PASSWORD = "a calm and long passphrase"
ZOOM_SECRET = b"zoom-secret-of-the-journey"


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScaledSetup]:
    with scaled_setup(tmp_path_factory.mktemp("scaled")) as running:
        yield running


@pytest.fixture
def outside(setup: ScaledSetup) -> Iterator[httpx.Client]:
    with setup.client() as client:
        yield client


def wait_for(find: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := find():
            return found
        time.sleep(0.2)
    pytest.fail(f"Waited {seconds} s for {what}.")


def mails_to(folder: Path, address: str) -> list[str]:
    found = []
    for path in sorted((folder / "mail").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        part = mail.get_body(("plain",))
        if address in str(mail["To"]) and part is not None:
            found.append(str(part.get_content()))
    return found


def secret_of(setup: ScaledSetup, address: str) -> str:
    def find() -> str | None:
        for text in reversed(mails_to(setup.data, address)):
            if match := re.search(r"token=(\S+)\s*$", text, re.MULTILINE):
                return match[1]
        return None

    return str(wait_for(find, f"a mail to {address}"))


def become_organizer(setup: ScaledSetup, outside: httpx.Client) -> dict[str, str]:
    address = f"organizer-{time.time_ns()}@example.org"
    body = {"email": address, "password": PASSWORD, "first_name": "Olu", "last_name": "Adeyemi"}
    answer = outside.post("/api/v1/auth/register/", json=body)
    assert answer.status_code == 201, answer.text
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    verified = outside.post("/api/v1/auth/verify-email/", json={"token": secret_of(setup, address)}, headers=token)
    assert verified.status_code == 200, verified.text
    upgraded = outside.post("/api/v1/users/me/upgrade/", json={"role": "organizer"}, headers=token)
    assert upgraded.status_code == 200, upgraded.text
    return token


def publish(outside: httpx.Client, token: dict[str, str], **values: Any) -> str:
    starts_at = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:00Z")
    body = {"title": "Scaled", "starts_at": starts_at, "duration_minutes": 60, "capacity": 5, **values}
    created = outside.post("/api/v1/events/", json=body, headers=token)
    assert created.status_code == 201, created.text
    uuid = str(created.json()["uuid"])
    published = outside.post(f"/api/v1/events/{uuid}/publish/", headers=token)
    assert published.status_code == 200, published.text
    return uuid


def register(outside: httpx.Client, event: str, number: int) -> int:
    # Each person comes from an address of their own; nginx says which, whatever they claim.
    body = {"email": f"guest{number}-{event[-6:]}@example.org", "name": f"Guest {number}"}
    return outside.post(f"/api/v1/public/events/{event}/register/", json=body).status_code


def test_no_seat_too_many_through_two_processes(setup: ScaledSetup, outside: httpx.Client):
    token = become_organizer(setup, outside)
    event = publish(outside, token, waitlist_enabled=True)
    with ThreadPoolExecutor(8) as people:
        statuses = list(people.map(lambda number: register(outside, event, number), range(12)))
    assert statuses == [201] * 12
    summary = outside.get(f"/api/v1/events/{event}/registrations/summary/", headers=token).json()
    assert (summary["confirmed"], summary["waitlisted"], summary["total"]) == (5, 7, 12)
    # Twelve mails, sent by the worker that Redis woke.
    for number in range(12):
        wait_for(
            lambda n=number: mails_to(setup.data, f"guest{n}-{event[-6:]}@example.org"), f"the mail to guest {number}"
        )


def test_a_killed_worker_loses_nothing(setup: ScaledSetup, outside: httpx.Client):
    token = become_organizer(setup, outside)
    event = publish(outside, token)
    setup.kill("worker")
    assert register(outside, event, 1) == 201
    time.sleep(1)
    assert mails_to(setup.data, f"guest1-{event[-6:]}@example.org") == []
    start_worker(setup)
    wait_for(lambda: mails_to(setup.data, f"guest1-{event[-6:]}@example.org"), "the mail after the worker came back")


def test_webhooks_pass_the_proxy_byte_for_byte(outside: httpx.Client):
    stamp = str(int(time.time()))
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    signed = hmac.new(ZOOM_SECRET, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}", "Content-Type": "application/json"}
    answer = outside.post("/api/v1/webhooks/zoom/", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["encryptedToken"] == hmac.new(ZOOM_SECRET, b"abc", hashlib.sha256).hexdigest()
    forged = outside.post("/api/v1/webhooks/zoom/", content=body + b" ", headers=headers)
    assert forged.status_code == 401


def test_what_browsers_are_told(outside: httpx.Client):
    page = outside.get("/")
    assert page.status_code == 200, page.text[:500]
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    assert page.headers["x-frame-options"] == "DENY"
    style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert style is not None
    file = outside.get(style[1])
    assert (file.status_code, "immutable" in file.headers["cache-control"]) == (200, True)


def test_plain_http_is_sent_to_https(outside: httpx.Client):
    answer = outside.get("/api/v1/public/events/", headers={"X-Forwarded-Proto": "http"})
    assert (answer.status_code, answer.headers["location"]) == (301, "https://cpd.example.org/api/v1/public/events/")


def test_other_hosts_are_refused_and_development_is_absent(outside: httpx.Client):
    assert outside.get("/api/v1/public/events/", headers={"Host": "evil.example"}).status_code == 400
    assert outside.get("/dev/clock/").status_code == 404
    assert outside.get("/dev/mail/").status_code == 404


def test_figures_are_read_from_within_only(setup: ScaledSetup, outside: httpx.Client):
    bearer = {"Authorization": "Bearer figures-of-the-journey"}
    assert outside.get("/metrics", headers=bearer).status_code == 404
    inside = httpx.get(
        f"http://{setup.web_address}/metrics", headers={**bearer, "Host": "127.0.0.1", "X-Forwarded-Proto": "https"}
    )
    assert inside.status_code == 200
    assert 'lyceum_deliveries{status="dead"} 0.0' in inside.text


def test_logs_name_nobody(setup: ScaledSetup):
    text = (setup.data / "web.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert any(line.get("route") == "api/v1/auth/register/" for line in lines)
    assert "@example.org" not in text
    assert "Traceback" not in text
