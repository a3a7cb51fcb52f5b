"""One's own events: run, or come to."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.events.api.filters import OwnEventFilters
from lyceum.events.models import Event
from lyceum.events.services.search_text import write_search_text
from lyceum.registrations.api.views.my_events import MyEventFilter
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory, in_days

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
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


def found(client: APIClient, path: str, **query: Any) -> set[str]:
    answer = client.get(path, {**query, "page_size": 100})
    assert answer.status_code == 200, answer.content
    return {row["uuid"] for row in answer.json()["results"]}


def assorted_events() -> Any:
    """Return somebody who runs an event of every kind, so that each filter keeps some and drops some."""
    owner = OpenEventFactory(title="A plain one", starts_at=in_days(5)).owner
    OpenEventFactory(owner=owner, title="Live now", status="live", format="online", capacity=20)
    OpenEventFactory(owner=owner, title="A dear one", event_type="course", price_minor=900, visibility="private")
    OpenEventFactory(
        owner=owner, title="Credits", cpd_enabled=True, cpd_credit_type="CME", cpd_credit_value=2, format="hybrid"
    )
    OpenEventFactory(owner=owner, title="Gone", status="draft", deleted_at=in_days(0))
    for event in Event.objects.filter(owner=owner):
        write_search_text(event)
    return owner


@pytest.mark.parametrize(
    "query",
    [
        {"status": "ongoing"},
        {"status": "live"},
        {"status": "published"},
        {"category": "course"},
        {"event_type": "course"},
        {"format": "hybrid"},
        {"visibility": "private"},
        {"cpd_type": "cme"},
        {"is_free": "false"},
        {"has_capacity": "true"},
        {"starts_before": "0000-MM"},
        {"starts_after": "0000-MM"},
        {"search": "dear"},
        {"include_deleted": "true"},
    ],
)
def test_ones_events_are_narrowed_as_an_organizers_list_is(
    api_as: Callable[[Any], APIClient], query: dict[str, str]
) -> None:
    """The same rows by either list, which each of these filters changes."""
    query = {name: value.replace("0000-MM", in_days(10).isoformat()) for name, value in query.items()}
    client = api_as(assorted_events())
    expected = found(client, "/api/v1/events/", **query)
    assert found(client, PATH, **query) == expected
    assert expected
    assert expected != found(client, PATH)


def test_a_filter_of_events_is_a_filter_of_ones_events() -> None:
    assert issubclass(MyEventFilter, OwnEventFilters)
    assert MyEventFilter.base_filters.keys() - OwnEventFilters.base_filters.keys() == {"role"}


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"category": "party"},
        {"is_free": "maybe"},
        {"include_deleted": "maybe"},
        {"has_capacity": "2"},
        {"starts_after": "soon"},
        {"starts_before": "9999-12-31T23:59:59-14:00"},
        {"starts_after": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_bad_filter_of_ones_events_is_a_422(api_as: Callable[[Any], APIClient], query: dict[str, str]) -> None:
    answer = api_as(UserFactory()).get(PATH, query)
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, list(query))


def test_deleted_events_are_shown_to_who_runs_them_alone(api_as: Callable[[Any], APIClient]) -> None:
    event = OpenEventFactory(status="draft", deleted_at=in_days(0))
    guest = UserFactory()
    place(event, guest)
    asked = {"include_deleted": "true"}
    assert found(api_as(event.owner), PATH, **asked) == {str(event.pk)}
    assert found(api_as(guest), PATH, **asked) == set()
    assert found(api_as(StaffFactory()), PATH, **asked) == set()
