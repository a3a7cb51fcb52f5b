"""Lists by cursor: a page that begins behind a row, in the list's order, whatever comes and goes meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing
from rest_framework.test import APIClient

from lyceum.events.models import Event
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.events import EventFactory, PublishedEventFactory

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"


@pytest.fixture
def client(api_as: Any) -> APIClient:
    """An organizer with five drafts, A to E."""
    owner = OrganizerFactory()
    for title in "ABCDE":
        EventFactory(owner=owner, title=title)
    signed_in: APIClient = api_as(owner)
    return signed_in


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def next_of(answer: Any) -> str:
    return str(answer.json()["next"])


def refused_for(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return list(answer.json()["error"]["details"])


def test_rows_that_come_in_shift_nothing(client: APIClient) -> None:
    first = client.get(f"{EVENTS}?cursor=&ordering=title&page_size=2")
    EventFactory(owner=Event.objects.first().owner, title="AA")
    second = client.get(next_of(first))
    assert (titles(first), titles(second)) == (["A", "B"], ["C", "D"])
    assert (second.json()["current_page"], second.json()["count"], second.json()["total_pages"]) == (None, 6, 3)
    assert titles(client.get(second.json()["previous"])) == ["AA", "B"]


def test_the_row_that_a_cursor_names_may_be_gone(client: APIClient) -> None:
    first = client.get(f"{EVENTS}?cursor=&ordering=-title&page_size=2")
    Event.objects.filter(title="D").update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert titles(client.get(next_of(first))) == ["C", "B"]


def test_behind_a_list_that_has_shrunk_is_an_empty_page_that_leads_back(client: APIClient) -> None:
    first = client.get(f"{EVENTS}?cursor=&ordering=title&page_size=3")
    Event.objects.filter(title__in="CDE").update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    empty = client.get(next_of(first))
    assert (titles(empty), empty.json()["next"]) == ([], None)
    assert titles(client.get(empty.json()["previous"])) == ["A", "B"]


def test_before_a_list_that_has_shrunk_is_an_empty_page_that_leads_on(client: APIClient) -> None:
    first = client.get(f"{EVENTS}?cursor=&ordering=title&page_size=2")
    second = client.get(next_of(first))
    Event.objects.filter(title__in="AB").update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    empty = client.get(second.json()["previous"])
    assert (titles(empty), empty.json()["previous"]) == ([], None)
    assert titles(client.get(next_of(empty))) == ["C", "D"]


def test_filters_hold_on_every_page(client: APIClient) -> None:
    PublishedEventFactory(owner=Event.objects.first().owner, title="BB")
    first = client.get(f"{EVENTS}?cursor=&ordering=title&page_size=2&status=draft")
    assert titles(client.get(next_of(first))) == ["C", "D"]


def test_a_cursor_belongs_to_its_order(client: APIClient) -> None:
    cursor = next_of(client.get(f"{EVENTS}?cursor=&ordering=title&page_size=2"))
    assert refused_for(client.get(cursor.replace("ordering=title", "ordering=-title"))) == ["cursor"]
    assert refused_for(client.get(cursor.replace("ordering=title", "ordering=starts_at"))) == ["cursor"]
    assert refused_for(client.get(cursor.replace("&ordering=title", ""))) == ["cursor"]


def test_a_cursor_that_was_changed_is_none(client: APIClient) -> None:
    address = next_of(client.get(f"{EVENTS}?cursor=&ordering=title&page_size=2"))
    ours = address.partition("cursor=")[2].partition("&")[0]
    assert titles(client.get(address)) == ["C", "D"]
    foreign = signing.Signer(salt="elsewhere").sign_object(["title,-id", 0, "A", str(Event.objects.first().pk)])
    for other in (f"x{ours}", ours[:-1], ours.partition("%3A")[0], foreign, "cD0lMDA=", "%00", ":", "a:b", "💥"):
        assert refused_for(client.get(address.replace(ours, other))) == ["cursor"], other


@pytest.mark.parametrize(
    "content",
    [
        ["last_login,-id", 0, "2026-01-01"],
        ["last_login,-id", 0, "2026-01-01", "not an identifier"],
        ["last_login,-id", 0, "soon", "01890000-0000-7000-8000-000000000000"],
        ["last_login,-id", 0, "9999-12-31T23:59:59-14:00", "01890000-0000-7000-8000-000000000000"],
        ["last_login,-id", 0, None, None],
        ["last_login,-id", 0, None, "01890000-0000-7000-8000-000000000000", 1],
    ],
)
def test_a_cursor_of_a_list_that_has_changed_since_is_refused(api_as: Any, content: list[Any]) -> None:
    """Ours by its signature, and yet no place in this list: columns change from version to version."""
    cursor = signing.Signer(salt="lyceum.core.api.cursor").sign_object(content)
    answer = api_as(StaffFactory()).get("/api/v1/users/", {"cursor": cursor, "ordering": "last_login"})
    assert refused_for(answer) == ["cursor"]


@pytest.mark.parametrize("form", ["cursor=&", ""])
def test_rows_without_a_value_come_last_either_way(api_as: Any, form: str) -> None:
    """PostgreSQL and SQLite would each put them elsewhere."""
    for name, day in (("b", 2), ("none1", None), ("a", 1), ("none2", None)):
        UserFactory(email=f"{name}@example.org", last_login=day and datetime(2026, 1, day, tzinfo=UTC))
    client = api_as(StaffFactory(email="c@example.org", last_login=datetime(2026, 1, 3, tzinfo=UTC)))
    for ordering, names in (("last_login", "abc"), ("-last_login", "cba")):
        found: list[str] = []
        address: str | None = f"/api/v1/users/?{form}page_size=2&ordering={ordering}"
        while address:
            body = client.get(address).json()
            found += [row["email"].partition("@")[0] for row in body["results"]]
            address = body["next"]
        assert found == [*names, "none2", "none1"]


def test_a_page_by_cursor_costs_two_queries(client: APIClient, django_assert_num_queries: Any) -> None:
    following = next_of(client.get(f"{EVENTS}?cursor=&page_size=2"))
    with django_assert_num_queries(2):
        assert len(titles(client.get(following))) == 2
