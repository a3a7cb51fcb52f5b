"""What happens to requests while Redis is away."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.core import resilient_cache
from lyceum.core.resilient_cache import ResilientRedisCache
from tests.factories.accounts import PASSWORD, UserFactory

# Nothing listens on port 1.
AWAY = {"default": {"BACKEND": "lyceum.core.resilient_cache.ResilientRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resilient_cache, "_away_until", 0.0)


def test_it_is_empty_and_takes_everything() -> None:
    cache = ResilientRedisCache("redis://127.0.0.1:1/0", {})
    assert cache.get("a", "default") == "default"
    assert cache.add("a", 1, 10) is True
    cache.set("a", 1)
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    assert cache.has_key("a") is False
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    cache.delete_many(["a"])
    cache.clear()
    for move in (cache.incr, cache.decr):
        with pytest.raises(ValueError, match="not found"):
            move("a")


@pytest.mark.django_db
def test_people_still_sign_in_and_register(settings: Any) -> None:
    settings.CACHES = AWAY
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "5/hour")
    user = UserFactory()
    api = APIClient()
    wrong = {"email": user.email, "password": "wrong-password-1"}
    assert [api.post("/api/v1/auth/login/", wrong).status_code for _ in range(2)] == [401, 401]
    assert api.post("/api/v1/auth/login/", wrong | {"password": PASSWORD}).status_code == 200
    new = {"email": "new@example.org", "password": PASSWORD, "first_name": "N", "last_name": "P"}
    assert api.post("/api/v1/auth/register/", new).status_code == 201
