"""The database restarts under load, the broker is away while people register: nobody is lost, nobody is there twice."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests.journeys.own_servers import OwnPostgres, OwnRedis, own_postgres, own_redis
from tests.journeys.scaled_setup import ScaledSetup, bare_setup

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SEATS = 80
CONFIRMATIONS = (
    "SELECT recipient_email FROM email_log "
    "WHERE event_id = %s AND kind = 'registrations.confirmation' AND status = 'sent'"
)
STORED = "SELECT email FROM registrations_registration WHERE event_id = %s AND status = 'confirmed'"


@dataclass
class Crowd:
    """What eight clients were told: who was let in, every answer, and how long the longest took."""

    taken: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    answers: Counter[tuple[int, str]] = field(default_factory=Counter)
    longest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, email: str, answer: httpx.Response, took: float) -> bool:
        """Return whether this person needs to ask no more."""
        code = "" if answer.status_code == 201 else answer.json()["error"]["code"]
        with self.lock:
            self.answers[answer.status_code, code] += 1
            self.longest = max(self.longest, took)
            if answer.status_code == 201:
                self.taken.add(email)
            elif answer.status_code == 503:
                self.unsure.add(email)
        return answer.status_code != 503


def organizer(client: httpx.Client, setup: ScaledSetup) -> dict[str, str]:
    credentials = {"email": setup.environment["ADMIN_EMAIL"], "password": setup.environment["ADMIN_PASSWORD"]}
    answer = client.post("/api/v1/auth/token/", json=credentials)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access']}"}


def publish(client: httpx.Client, token: dict[str, str], **values: Any) -> str:
    starts_at = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:00Z")
    body = {"title": "A bad day", "starts_at": starts_at, "duration_minutes": 60, **values}
    created = client.post("/api/v1/events/", json=body, headers=token)
    assert created.status_code == 201, created.text
    uuid = str(created.json()["uuid"])
    assert client.post(f"/api/v1/events/{uuid}/publish/", headers=token).status_code == 200
    return uuid


def register(client: httpx.Client, event: str, email: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = client.post(f"/api/v1/public/events/{event}/register/", json={"email": email, "name": "A Guest"})
    return answer, time.monotonic() - began


def until(find: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := find():
            return found
        time.sleep(0.1)
    pytest.fail(f"Waited {seconds} s for {what}.")


def rows(url: str, question: str, *values: Any) -> list[Any]:
    folder = url.partition("host=")[2]
    with psycopg.connect(host=folder, user="postgres", dbname="postgres") as connection:
        return connection.execute(question, values).fetchall()


def mailed(url: str, event: str) -> list[str]:
    """Return to whom a confirmation went out, as often as it did."""
    return [row[0] for row in rows(url, CONFIRMATIONS, event)]


def everybody_is_mailed_once(url: str, event: str, count: int) -> None:
    until(lambda: len(mailed(url, event)) >= count, f"{count} confirmations")
    addresses = mailed(url, event)
    assert len(addresses) == len(set(addresses)) == count


@pytest.fixture
def database() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.mark.postgres
def test_a_database_that_restarts_under_load(database: OwnPostgres, tmp_path: Path) -> None:
    with bare_setup(tmp_path, database_url=database.url) as setup, setup.client() as client:
        token = organizer(client, setup)
        event, later = publish(client, token, capacity=SEATS), publish(client, token)
        crowd = Crowd()

        def come_one_after_the_other(number: int) -> None:
            with setup.client() as own:
                for turn in range(SEATS):
                    email = f"guest-{number}-{turn}@example.org"
                    while not crowd.note(email, *register(own, event, email)):
                        time.sleep(0.05)
                    if email not in crowd.taken:
                        return

        with ThreadPoolExecutor(8) as people:
            clients = [people.submit(come_one_after_the_other, number) for number in range(8)]
            until(lambda: len(crowd.taken) >= SEATS // 4, "the first quarter")
            database.stop()
            time.sleep(1.5)
            database.start()
            for each in clients:
                each.result()

        # Refused as the API promises, never a fault of the code, and nobody was left waiting.
        assert set(crowd.answers) <= {(201, ""), (503, "SERVICE_UNAVAILABLE"), (400, "EVENT_FULL")}, crowd.answers
        assert crowd.longest < 25
        stored = [row[0] for row in rows(database.url, STORED, event)]
        assert len(stored) == len(set(stored)) == SEATS
        assert crowd.taken <= set(stored) <= crowd.taken | crowd.unsure
        assert rows(database.url, "SELECT seats_taken FROM events_event WHERE id = %s", event) == [(SEATS,)]
        # The same processes go on, and what was promised is done.
        assert all(process.poll() is None for process in setup.processes.values())
        answer, took = register(client, later, "late@example.org")
        assert (answer.status_code, took < 5) == (201, True)
        everybody_is_mailed_once(database.url, event, SEATS)
        assert "Traceback" not in (tmp_path / "beat.log").read_text()


@pytest.mark.postgres
@pytest.mark.scaled
@pytest.mark.parametrize("trouble", ["gone", "silent"])
def test_a_broker_that_is_away_while_people_register(database: OwnPostgres, tmp_path: Path, trouble: str) -> None:
    with (
        own_redis(tmp_path) as broker,
        bare_setup(tmp_path, database_url=database.url, redis_url=broker.url) as setup,
        setup.client() as client,
    ):
        event = publish(client, organizer(client, setup))
        register(client, event, "first@example.org")
        everybody_is_mailed_once(database.url, event, 1)
        take_away(broker, trouble)
        with ThreadPoolExecutor(8) as people:
            told = list(people.map(lambda n: register(client, event, f"guest-{n}@example.org"), range(24)))
        assert [answer.status_code for answer, _ in told] == [201] * 24
        # Redis is asked once, for two seconds at most, and then left alone.
        assert max(took for _, took in told) < 6
        bring_back(broker, trouble)
        everybody_is_mailed_once(database.url, event, 25)
        assert len(rows(database.url, STORED, event)) == 25
        assert all(process.poll() is None for process in setup.processes.values())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/public/events/", "/api/v1/auth/login/", "/events/nowhere/"])
def test_a_database_that_is_away_is_503(path: str, client: Client) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the server closed the connection")

    client.raise_request_exception = False
    with patch.object(CursorWrapper, "execute", away):
        if path.endswith("login/"):
            answer = client.post(path, {"email": "a@example.org", "password": "x" * 12}, "application/json")
        else:
            answer = client.get(path)
    assert answer.status_code == 503
    if path.startswith("/api/"):
        error = answer.json()["error"]
        assert (error["code"], error["status"], error["details"]) == ("SERVICE_UNAVAILABLE", 503, {})
    else:
        assert "Something went wrong on our side" in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_table_is_our_own_fault(client: Client) -> None:
    client.raise_request_exception = False
    error = ProgrammingError if connection.vendor == "postgresql" else OperationalError

    def gone(*_: Any, **__: Any) -> None:
        raise error("no such table: events") from sqlite3.OperationalError("no such table: events")

    with patch.object(CursorWrapper, "execute", gone):
        assert client.get("/api/v1/public/events/").status_code == 500


def take_away(broker: OwnRedis, trouble: str) -> None:
    if trouble == "gone":
        broker.kill()
    else:
        broker.send(signal.SIGSTOP)


def bring_back(broker: OwnRedis, trouble: str) -> None:
    if trouble == "gone":
        broker.start()
    else:
        broker.send(signal.SIGCONT)
