"""What the watchers see."""

import pytest
from celery import current_app
from django.test import Client

from lyceum.core.http import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _broker_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_url", "memory://")
    monkeypatch.setattr(current_app.conf, "broker_write_url", "memory://", raising=False)


def fail() -> None:
    raise ConnectionError("db.internal:5432 refused user lyceum")


def test_liveness_asks_nobody(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"].startswith("max-age=0, no-cache")


def test_readiness_makes_round_trips(client: Client):
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("name", ["database", "cache", "broker"])
def test_readiness_says_no_without_saying_why(client: Client, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setitem(health.CHECKS, name, fail)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


def test_staff_read_which_part_is_missing(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(health.CHECKS, "broker", fail)
    answer = admin_client.get("/readyz/")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "cache": "ok", "broker": "ConnectionError"},
    }


def test_a_check_that_hangs_is_a_no(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setitem(health.CHECKS, "broker", lambda: __import__("time").sleep(0.3))
    assert client.get("/readyz/").status_code == 503


def test_only_reading_is_answered(client: Client):
    assert client.post("/readyz/").status_code == 405
    assert client.post("/healthz/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/healthz/").status_code == 405


def test_metrics_are_absent_without_a_token(client: Client):
    assert client.get("/metrics").status_code == 404


def test_metrics_want_their_bearer(client: Client, settings):
    settings.METRICS_TOKEN = "figures-for-me"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer figures-for-me"})
    assert answer.status_code == 200
    assert b"python_info" in answer.content
