"""One's own events: run, or come to."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory, in_days

pytestmark = pytest.mark.django_db
PATH = "/api/v1/users/me/events/"


def place(event: Any, user: Any, **fields: Any) -> Any:
    return RegistrationFactory(event=event, user=user, email=user.email, **fields)


def test_nobody_has_no_events(api: APIClient) -> None:
    assert api.get(PATH).status_code == 401


def test_one_sees_what_one_runs_and_where_one_has_a_place(api_as: Callable[[Any], APIClient]) -> None:
    host = OpenEventFactory(starts_at=in_days(20)).owner
    visited, left, strange = OpenEventFactory(starts_at=in_days(10)), OpenEventFactory(), OpenEventFactory()
    kept = place(visited, host)
    place(left, host, status="cancelled", cancelled_at=in_days(0))
    place(strange, UserFactory())
    rows = api_as(host).get(PATH).json()["results"]
    assert [(row["role"], row["registration_uuid"], row["registration_status"]) for row in rows] == [
        ("organizer", None, None),
        ("attendee", str(kept.pk), "confirmed"),
    ]
    assert "zoom_host_url" not in rows[0]
    assert [row["role"] for row in api_as(host).get(f"{PATH}?role=attendee").json()["results"]] == ["attendee"]
    assert api_as(host).get(f"{PATH}?role=boss").status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_queries_whatever_its_length(
    rows: int, api_as: Callable[[Any], APIClient], django_assert_num_queries: Any
) -> None:
    person = UserFactory()
    for _ in range(rows):
        place(OpenEventFactory(), person)
    client = api_as(person)
    with django_assert_num_queries(2):
        assert client.get(PATH).json()["count"] == rows
