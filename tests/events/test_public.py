"""What visitors see."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from lyceum.core.tokens import digest
from lyceum.events.models import Event, EventInvitation, Meeting
from lyceum.events.services.search_text import write_search_text, write_tags
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.events import (
    CustomFieldFactory,
    EventFactory,
    EventSessionFactory,
    InvitationFactory,
    PublishedEventFactory,
    TicketTypeFactory,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

PUBLIC = "/api/v1/public/events/"


def listed(api: APIClient, **query: Any) -> list[str]:
    response = api.get(PUBLIC, query)
    assert response.status_code == 200, response.json()
    return [row["title"] for row in response.json()["results"]]


def findable(**values: Any) -> Event:
    event = PublishedEventFactory(**values)
    write_search_text(event)
    write_tags(event)
    return event


def test_only_public_published_events_to_come_are_listed(api: APIClient) -> None:
    PublishedEventFactory(title="Shown")
    PublishedEventFactory(title="Unlisted", visibility="unlisted")
    PublishedEventFactory(title="Private", visibility="private")
    PublishedEventFactory(title="Past", starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    PublishedEventFactory(title="Deleted", deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    for state in ("draft", "live", "completed", "closed", "cancelled"):
        EventFactory(title=state, status=state)

    assert listed(api) == ["Shown"]


def test_state_and_visibility_are_no_public_filters(api: APIClient) -> None:
    # C15
    EventFactory(title="Draft")
    PublishedEventFactory(title="Shown")

    assert listed(api, status="draft", visibility="private") == ["Shown"]


def test_the_list_has_the_contracts_shape_and_facets(api: APIClient) -> None:
    PublishedEventFactory(event_type="webinar", price_minor=500)
    PublishedEventFactory(
        event_type="webinar", format="in_person", cpd_enabled=True, cpd_credit_type="CME", cpd_credit_value=2
    )

    body = api.get(PUBLIC).json()

    assert {key: body[key] for key in body if key not in {"results", "facets"}} == {
        "count": 2,
        "next": None,
        "previous": None,
        "total_pages": 1,
        "current_page": 1,
        "page_size": 20,
    }
    assert body["facets"]["event_type"] == [{"value": "webinar", "count": 2}]
    assert sorted(row["value"] for row in body["facets"]["format"]) == ["in_person", "online"]
    assert sorted(row["value"] for row in body["facets"]["price"]) == ["free", "paid"]
    assert body["facets"]["cpd_type"] == [{"value": "CME", "count": 1}]


def test_facets_may_be_a_minute_old_but_rows_are_fresh(api: APIClient) -> None:
    PublishedEventFactory(title="First")
    assert api.get(PUBLIC).json()["count"] == 1
    PublishedEventFactory(title="Second")

    body = api.get(PUBLIC).json()
    assert (body["count"], len(body["results"]), body["facets"]["format"][0]["count"]) == (2, 2, 1)
    cache.clear()
    assert api.get(PUBLIC).json()["facets"]["format"][0]["count"] == 2


def test_a_full_page_trusts_the_cached_count(api: APIClient) -> None:
    for _ in range(3):
        PublishedEventFactory()
    assert api.get(PUBLIC, {"page_size": 2}).json()["count"] == 3
    PublishedEventFactory()

    first, second = (api.get(PUBLIC, {"page_size": 2, "page": page}).json() for page in (1, 2))
    assert (first["count"], len(first["results"])) == (3, 2)
    assert (second["count"], len(second["results"])) == (4, 2)


def test_soonest_first_and_the_other_way_round(api: APIClient) -> None:
    for day in (3, 1, 2):
        PublishedEventFactory(title=str(day), starts_at=datetime(2040, 1, day, tzinfo=UTC))

    assert listed(api) == ["1", "2", "3"]
    assert listed(api, ordering="-starts_at") == ["3", "2", "1"]
    assert api.get(PUBLIC, {"ordering": "seats_taken"}).status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"event_type": "webinar"}, ["Webinar"]),
        ({"category": "webinar"}, ["Webinar"]),
        ({"format": "in_person"}, ["Webinar"]),
        ({"is_free": "true"}, ["Plain"]),
        ({"is_free": "false"}, ["Webinar"]),
        ({"cpd_type": "cme"}, ["Webinar"]),
        ({"starts_after": "2040-06-05T00:00:00Z"}, ["Plain"]),
        ({"starts_after": "2040-06-05"}, ["Plain"]),
        ({"starts_before": "2040-06-05T00:00:00+02:00"}, ["Webinar"]),
        ({"starts_before": "0001-01-01T00:00:00Z"}, []),
        ({"starts_after": "9999-12-31T23:59:59Z"}, []),
        ({"skill_tags": "suture"}, ["Webinar"]),
        ({"skill_tags": "Suture, burns"}, ["Webinar"]),
        ({"skill_tags": "suture,plaster"}, []),
        ({"has_spots": "true"}, ["Plain"]),
        ({"has_spots": "false"}, ["Webinar"]),
        ({"search": "wEBi"}, ["Webinar"]),
        ({"search": "advanced hand"}, ["Webinar"]),
        ({"search": "advanced foot"}, []),
        ({"search": "100%"}, ["Plain"]),
        ({"search": '"'}, []),
        ({"search": 'a" OR "b'}, []),
        ({"search": "_____"}, []),
        ({"search": "急救"}, ["Plain"]),
        ({"search": "zzz"}, []),
        ({"search": ""}, ["Webinar", "Plain"]),
    ],
)
def test_filters_and_search(api: APIClient, query: dict[str, str], found: list[str]) -> None:
    findable(
        title="Webinar",
        event_type="webinar",
        format="in_person",
        price_minor=100,
        cpd_enabled=True,
        cpd_credit_type="CME",
        cpd_credit_value=1,
        skill_tags=["Suture", "Burns"],
        capacity=3,
        seats_taken=3,
        description="Advanced wounds of the hand",
    )
    plain = findable(title="Plain", starts_at=datetime(2040, 6, 6, tzinfo=UTC), description="100% safe, 急救")
    Event.objects.filter(pk=plain.pk).update(title="Plain")
    if query.get("search") == "急救":
        # Words of two letters are looked for in titles.
        Event.objects.filter(pk=plain.pk).update(title="急救")
        found = ["急救"]

    assert listed(api, **query) == found


def test_the_organizers_own_events(api: APIClient) -> None:
    event = PublishedEventFactory(title="Mine")
    PublishedEventFactory(title="Other")

    assert listed(api, organizer=str(event.owner_id)) == ["Mine"]


@pytest.mark.parametrize(
    "query",
    [
        {"event_type": "party"},
        {"format": "x"},
        {"is_free": "perhaps"},
        {"starts_after": "soon"},
        {"has_spots": "2"},
        {"starts_before": "9999-12-31T23:59:59-12:00"},
        {"starts_after": "0001-01-01T00:00:00+14:00"},
        {"organizer": "me"},
        {"page_size": "x"},
        {"search": "x" * 201},
        {"search": "a\x00b"},
        {"ordering": "title"},
        {"skill_tags": "x" * 601},
        {"cpd_type": "x" * 51},
    ],
)
def test_a_bad_filter_is_a_422(api: APIClient, query: dict[str, str]) -> None:
    assert api.get(PUBLIC, query).status_code == 422


def test_pages_and_cursors(api: APIClient) -> None:
    for number in range(5):
        PublishedEventFactory(title=str(number), starts_at=datetime(2040, 1, 1 + number, tzinfo=UTC))

    assert listed(api, page_size=2, page=3) == ["4"]
    assert api.get(PUBLIC, {"page": 9}).status_code == 404
    seen, address = [], f"{PUBLIC}?cursor=&page_size=2"
    while address:
        body = api.get(address).json()
        seen += [row["title"] for row in body["results"]]
        address = body["next"]
    assert seen == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_two_queries_whatever_its_length(
    api: APIClient, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        PublishedEventFactory(skill_tags=["a"])

    with django_assert_num_queries(2):
        assert len(listed(api)) == rows
    with django_assert_num_queries(1):
        assert len(listed(api)) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_detail_takes_four_queries_whatever_its_parts(
    api: APIClient, django_assert_num_queries: Any, rows: int
) -> None:
    event = PublishedEventFactory()
    for _ in range(rows):
        EventSessionFactory(event=event)
        TicketTypeFactory(event=event)
        CustomFieldFactory(event=event)

    with django_assert_num_queries(4):
        body = api.get(f"{PUBLIC}{event.pk}/").json()

    assert [len(body[key]) for key in ("sessions", "ticket_types", "custom_fields")] == [rows + 1, rows + 1, rows]


def test_by_uuid_and_by_slug(api: APIClient) -> None:
    event = PublishedEventFactory(slug="wounds")

    for address in (f"{PUBLIC}{event.pk}/", f"{PUBLIC}wounds/", f"{PUBLIC}by-slug/wounds/"):
        body = api.get(address).json()
        assert body["uuid"] == str(event.pk)
        assert body["organizer_uuid"] == str(event.owner_id)


@pytest.mark.parametrize(
    "key", ["nothing", "a%00b", "x" * 5000, "019b0000-0000-7000-8000-00000000000a", "%F0%9F%98%80"]
)
def test_what_is_not_there_is_a_404(api: APIClient, key: str) -> None:
    assert api.get(f"{PUBLIC}{key}/").status_code in {404, 422}


def test_meetings_and_addresses_stay_with_the_owner(api: APIClient) -> None:
    event = PublishedEventFactory(
        zoom_meeting_id="85312345678",
        zoom_join_url="https://zoom.us/j/85312345678",
        zoom_host_url="https://zoom.us/s/85312345678",
        zoom_passcode="secret1",
    )
    event.sessions.update(room="https://zoom.us/j/85312345678")
    Meeting.objects.create(session=event.sessions.get(), passcode="secret1")

    for address in (PUBLIC, f"{PUBLIC}{event.pk}/", f"{PUBLIC}{event.pk}/calendar.ics"):
        body = api.get(address).content.decode()
        assert "85312345678" not in body
        assert "secret1" not in body
        assert "@example.org" not in body


def test_a_hidden_organizer_profile_gives_no_uuid(api: APIClient) -> None:
    event = PublishedEventFactory(owner=OrganizerFactory(is_organizer_profile_public=False))

    assert api.get(f"{PUBLIC}{event.pk}/").json()["organizer_uuid"] is None


def test_unlisted_opens_by_link(api: APIClient) -> None:
    # C16
    event = PublishedEventFactory(visibility="unlisted")

    assert api.get(f"{PUBLIC}{event.pk}/").status_code == 200
    assert api.get(f"{PUBLIC}{event.slug}/").status_code == 200


def test_a_cancelled_event_is_shown_only_when_it_was_published(api: APIClient) -> None:
    told = EventFactory(status="cancelled", published_at=datetime(2039, 1, 1, tzinfo=UTC))
    never = EventFactory(status="cancelled", published_at=None)
    assert api.get(f"{PUBLIC}{told.pk}/").json()["status"] == "cancelled"
    for key in (never.pk, never.slug):
        assert api.get(f"{PUBLIC}{key}/").status_code == 404


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_a_draft_opens_to_nobody_here(api_as: Any, visibility: str) -> None:
    event = EventFactory(visibility=visibility)

    for person in (event.owner, StaffFactory(), UserFactory()):
        assert api_as(person).get(f"{PUBLIC}{event.pk}/").status_code == 404


def test_private_opens_to_the_owner_and_the_invited_only(api: APIClient, api_as: Any) -> None:
    # C24
    event = PublishedEventFactory(visibility="private")
    address = f"{PUBLIC}{event.pk}/"
    invitation = InvitationFactory(event=event, token_hash=digest("the-secret"), status="sent")
    invited = UserFactory(email=invitation.email)

    assert api.get(address).status_code == 404
    assert api_as(UserFactory()).get(address).status_code == 404
    assert api.get(address, {"token": "wrong"}).status_code == 404
    assert api.get(address, {"token": "\x00"}).status_code in {404, 422}
    assert api_as(UserFactory(email="x@y.zz", email_verified_at=None)).get(address).status_code == 404
    assert api_as(event.owner).get(address).status_code == 200
    assert api_as(invited).get(address).status_code == 200
    assert api.get(address, {"token": "the-secret"}).status_code == 200
    assert api.get(address, {"invitation": "the-secret"}).status_code == 200
    assert EventInvitation.objects.get().status == "opened"

    other = PublishedEventFactory(visibility="private")
    assert api.get(f"{PUBLIC}{other.pk}/", {"token": "the-secret"}).status_code == 404


def test_an_unverified_invited_account_sees_nothing(api_as: Any) -> None:
    event = PublishedEventFactory(visibility="private")
    invitation = InvitationFactory(event=event)

    person = UserFactory(email=invitation.email, email_verified_at=None)
    assert api_as(person).get(f"{PUBLIC}{event.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("values", "is_open", "can"),
    [
        ({}, True, True),
        ({"registration_enabled": False}, False, False),
        ({"registration_deadline": datetime(2020, 1, 1, tzinfo=UTC)}, False, False),
        ({"status": "live"}, False, False),
        ({"status": "cancelled"}, False, False),
        ({"starts_at": datetime(2020, 1, 1, tzinfo=UTC)}, False, False),
        ({"capacity": 1, "seats_taken": 1}, True, False),
        ({"capacity": 1, "seats_taken": 1, "waitlist_enabled": True}, True, True),
    ],
)
def test_one_rule_says_who_can_register(api: APIClient, values: dict[str, Any], is_open: bool, can: bool) -> None:
    # A32, C17
    event = PublishedEventFactory(**values)

    body = api.get(f"{PUBLIC}{event.pk}/").json()

    assert (body["is_registration_open"], body["can_register"]) == (is_open, can)
    assert (body["registration_closed_reason"] is None) is is_open


def test_available_spots_is_a_number_or_null(api: APIClient) -> None:
    unlimited, limited = PublishedEventFactory(), PublishedEventFactory(capacity=100, seats_taken=30)

    assert api.get(f"{PUBLIC}{unlimited.pk}/").json()["available_spots"] is None
    body = api.get(f"{PUBLIC}{limited.pk}/").json()
    assert (body["available_spots"], body["spots_remaining"], body["max_attendees"]) == (70, None, 100)


def test_an_organizers_feed_holds_what_is_public(api: APIClient) -> None:
    owner = OrganizerFactory()
    shown = PublishedEventFactory(owner=owner, title="Shown")
    gone = PublishedEventFactory(owner=owner, title="Gone", status="cancelled", starts_at=shown.starts_at)
    PublishedEventFactory(owner=owner, title="Secret", visibility="unlisted")
    PublishedEventFactory(owner=owner, title="Long ago", starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    EventFactory(owner=owner, title="Draft")
    EventFactory(owner=owner, title="Never published", status="cancelled")

    response = api.get(f"/api/v1/public/organizers/{owner.pk}/calendar.ics")

    text = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 2
    assert f"UID:{gone.sessions.get().pk}@lyceum" in text
    assert text.count("STATUS:CANCELLED") == 1
    hidden = OrganizerFactory(is_organizer_profile_public=False)
    for key in (hidden.pk, UserFactory().pk, "nobody"):
        assert api.get(f"/api/v1/public/organizers/{key}/calendar.ics").status_code == 404
