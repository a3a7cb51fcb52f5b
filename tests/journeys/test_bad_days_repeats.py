"""A registration sent again and again with one Idempotency-Key: one place, one answer."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from lyceum.events.models import Event
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import Registration
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory

pytestmark = pytest.mark.both_databases

KEY = "9a2f6c1e"
GUEST = {"email": "ada@example.org", "name": "Ada King"}


def register(event: Event, body: dict[str, Any] | None = None, *, key: str = KEY, user: Any = None) -> Any:
    client = APIClient()
    if user:
        client.force_authenticate(user=user)
    address = f"/api/v1/public/events/{event.pk}/register/"
    return client.post(address, GUEST if body is None else body, headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer() -> None:
    event = OpenEventFactory(capacity=5)
    first, again = register(event), register(event)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Registration.objects.filter(event=event).count() == 1
    # The repeat told nobody that they are registered already.
    assert EmailLog.objects.filter(recipient_email="ada@example.org").count() <= 1


@pytest.mark.django_db
def test_another_body_is_refused_and_changes_nothing() -> None:
    event = OpenEventFactory(capacity=5)
    register(event)
    other = register(event, {"email": "eve@example.org", "name": "Eve"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert Registration.objects.filter(event=event).count() == 1


@pytest.mark.django_db
def test_the_same_key_of_somebody_else_is_another_key() -> None:
    event = OpenEventFactory(capacity=5)
    ada, eve = UserFactory(), UserFactory()
    first, second = register(event, {}, user=ada), register(event, {}, user=eve)
    assert (first.status_code, second.status_code) == (201, 201)
    assert set(Registration.objects.filter(event=event).values_list("user_id", flat=True)) == {ada.pk, eve.pk}


@pytest.mark.django_db
def test_sold_out_is_not_remembered() -> None:
    event = OpenEventFactory(capacity=1)
    register(event, {"email": "first@example.org", "name": "First"}, key="of the first")
    refused = register(event)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "EVENT_FULL")
    Event.objects.filter(pk=event.pk).update(capacity=2)
    assert register(event).status_code == 201
    assert Registration.objects.filter(event=event).count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_place() -> None:
    event = OpenEventFactory(capacity=5)
    start = threading.Barrier(20)

    def call(_: int) -> tuple[int, str]:
        start.wait(10)
        try:
            answer = register(event)
            body = answer.json()
            return answer.status_code, body.get("uuid") or body["error"]["code"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        told = Counter(pool.map(call, range(20)))
    place = Registration.objects.get(event=event)
    assert set(told) <= {(201, str(place.pk)), (409, "IDEMPOTENCY_IN_PROGRESS")}
    assert told[201, str(place.pk)] >= 1
    event.refresh_from_db()
    assert (event.seats_taken, event.registration_count) == (1, 1)
    # Whoever was told to wait gets the answer afterwards.
    assert register(event).json()["uuid"] == str(place.pk)
