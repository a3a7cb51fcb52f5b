"""What happens to requests while Redis is away: each process counts and keeps by itself."""

import threading
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError
from rest_framework.test import APIClient

from lyceum.accounts.security.attempt_limits import begin_attempt
from lyceum.core import resilient_cache
from lyceum.core.errors import RateLimited
from lyceum.core.http.health import check_cache
from lyceum.core.rate_limits import hit
from lyceum.core.resilient_cache import ResilientRedisCache
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.both_databases

BACKEND = "lyceum.core.resilient_cache.ResilientRedisCache"
DATABASES = count()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resilient_cache, "_away_until", 0.0)


@pytest.fixture
def nowhere() -> str:
    """Nothing listens on port 1. Each test has a memory of its own."""
    return f"redis://127.0.0.1:1/{next(DATABASES)}"


@pytest.fixture
def away(settings: Any, nowhere: str) -> None:
    settings.CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": nowhere}}
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "5/hour")


def test_the_memory_of_the_process_stands_in(nowhere: str) -> None:
    first = ResilientRedisCache(nowhere, {})
    assert first.get("a", "default") == "default"
    assert (first.add("a", 1, 10), first.add("a", 5, 10)) == (True, False)
    assert (first.incr("a"), first.decr("a"), first.get("a")) == (2, 1, 1)
    first.set("b", "two", 10)
    assert (first.touch("a", 10), first.has_key("a"), first.delete("a")) == (True, True, True)
    assert first.get_many(["a", "b"]) == {"b": "two"}
    assert first.set_many({"c": 3}, 10) == []
    first.delete_many(["c"])
    for move in (first.incr, first.decr):
        with pytest.raises(ValueError, match="not found"):
            move("a")
    assert ResilientRedisCache(nowhere, {}).get("b") == "two"
    first.clear()
    assert first.get("b") is None
    assert first.is_away


def test_redis_is_asked_again_after_a_while(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(self: Any, key: str, *_args: Any) -> str:
        asked.append(key)
        if len(asked) == 1:
            raise RedisError
        return "from Redis"

    monkeypatch.setattr(RedisCache, "get", answer)
    store = ResilientRedisCache(nowhere, {})
    assert (store.get("a"), store.get("a"), asked) == (None, None, ["a"])
    monkeypatch.setattr(resilient_cache, "_away_until", 0.0)
    assert (store.get("a"), asked) == ("from Redis", ["a", "a"])


@pytest.mark.usefixtures("away")
def test_requests_are_limited_by_whatever_thread_they_come() -> None:
    refused = []

    def ask() -> None:
        try:
            hit("anon", user_id=None, address="192.0.2.1")
        except RateLimited as limited:
            refused.append(limited.details["retry_after"])

    for _ in range(8):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(refused) == 3
    assert all(0 < seconds <= 3600 for seconds in refused)
    hit("anon", user_id=None, address="192.0.2.2")


@pytest.mark.usefixtures("away")
def test_guessing_is_limited_and_a_success_is_forgiven() -> None:
    who = {"purpose": "login", "account": "ada@example.org", "address": "192.0.2.1"}
    for _ in range(5):
        begin_attempt(**who)
    with pytest.raises(RateLimited):
        begin_attempt(**who)
    begin_attempt(**{**who, "account": "bob@example.org"}).succeeded()


@pytest.mark.usefixtures("away")
def test_the_health_check_says_that_the_cache_is_away() -> None:
    with pytest.raises(RuntimeError):
        check_cache()
    assert cache.is_away  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_people_still_sign_in_and_register() -> None:
    user = UserFactory()
    api = APIClient()
    wrong = {"email": user.email, "password": "wrong-password-1"}
    assert [api.post("/api/v1/auth/login/", wrong).status_code for _ in range(2)] == [401, 401]
    assert api.post("/api/v1/auth/login/", wrong | {"password": PASSWORD}).status_code == 200
    new = {"email": "new@example.org", "password": PASSWORD, "first_name": "N", "last_name": "P"}
    assert api.post("/api/v1/auth/register/", new).status_code == 201


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_somebody_who_guesses_is_stopped() -> None:
    user = UserFactory()
    wrong = {"email": user.email, "password": "wrong-password-1"}
    answers = [APIClient().post("/api/v1/auth/login/", wrong) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    right = APIClient().post("/api/v1/auth/login/", wrong | {"password": PASSWORD})
    assert right.status_code == 429
