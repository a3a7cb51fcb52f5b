"""Cancelling, promoting, checking in, no-shows: over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.events.models import Event
from lyceum.events.services import portions
from lyceum.registrations.models import Attendance, Registration
from lyceum.registrations.services.cancel import cancel_all, cancel_registration
from lyceum.registrations.services.link_to_account import link_forgotten_rows, link_guest_rows
from lyceum.registrations.services.promote import promote_into_free_seats, promote_where_seats_are_free
from lyceum.registrations.services.recount import recount_events
from tests.factories.accounts import OrganizerFactory, UnverifiedUserFactory, UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory, in_days
from tests.registrations.steps import counters, join, queue, register_url, states

pytestmark = pytest.mark.django_db


def rows_url(event: Event, tail: str = "") -> str:
    return f"/api/v1/events/{event.pk}/registrations/{tail}"


def full_house(**fields: Any) -> tuple[Event, list[Any]]:
    """One seat taken by p0; p1, p2, p3 wait."""
    event = OpenEventFactory(capacity=1, waitlist_enabled=True, **fields)
    return event, [join(event, f"p{number}@example.org") for number in range(4)]


def test_a_freed_seat_goes_to_the_next_in_line(api_as: Any) -> None:  # A12 A41
    event, places = full_house()
    answer = api_as(event.owner).delete(rows_url(event, f"{places[0].registration.pk}/"))
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["uuid"]) == ("cancelled", str(places[0].registration.pk))
    assert states(event)["p1@example.org"] == "confirmed"
    assert queue(event) == ["p2@example.org", "p3@example.org"]
    assert counters(event) == (1, 2, 1)


def test_leaving_the_queue_promotes_nobody() -> None:  # A42
    event, places = full_house()
    cancel_registration(registration_id=places[1].registration.pk, actor=Actor.system(), at=clock.now())
    assert queue(event) == ["p2@example.org", "p3@example.org"]
    assert counters(event) == (1, 2, 1)
    assert not Fact.objects.filter(name="registrations.registration_promoted").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"waitlist_auto_promote": False},
        {"status": "live"},
        {"capacity": 1, "seats_taken": 1},
        {"starts_at": in_days(-0.01), "ends_at": in_days(0.1)},
    ],
)
def test_no_seat_is_given_away_by_itself_where_none_should_be(fields: dict[str, Any]) -> None:  # A43
    event, _ = full_house()
    Event.objects.filter(pk=event.pk).update(**{"capacity": 3, **fields})
    assert promote_into_free_seats(event_id=event.pk, actor=Actor.system(), at=clock.now()) == 0
    assert len(queue(event)) == 3


def test_raised_capacity_promotes_in_order(drain: Any) -> None:
    event, _ = full_house()
    Event.objects.filter(pk=event.pk).update(capacity=3)
    promote_into_free_seats(event_id=event.pk, actor=Actor.system(), at=clock.now())
    assert queue(event) == ["p3@example.org"]
    assert counters(event) == (3, 1, 3)


def test_promotion_passes_over_a_ticket_that_is_sold_out() -> None:  # F02
    event = OpenEventFactory(capacity=2, waitlist_enabled=True)
    student = event.ticket_types.create(name="Student", currency="USD", quantity=1)
    join(event, "s1@example.org", ticket_type_id=student.pk)
    full = join(event, "p1@example.org")
    join(event, "s2@example.org", ticket_type_id=student.pk)
    join(event, "p2@example.org")
    cancel_registration(registration_id=full.registration.pk, actor=Actor.system(), at=clock.now())
    assert queue(event) == ["s2@example.org"]
    assert states(event)["p2@example.org"] == "confirmed"


def test_who_waits_for_a_sold_out_ticket_stands_in_nobodys_way() -> None:  # F02
    event = OpenEventFactory(capacity=4, waitlist_enabled=True)
    student = event.ticket_types.create(name="Student", currency="USD", quantity=1)
    for number in range(3):
        join(event, f"s{number}@example.org", ticket_type_id=student.pk)
    assert join(event, "p@example.org").status == "confirmed"
    assert queue(event) == ["s1@example.org", "s2@example.org"]
    student.refresh_from_db()
    assert (student.sold, counters(event)) == (1, (2, 2, 1))


def test_promotion_catches_up_where_it_was_switched_on_later() -> None:
    event, _ = full_house(waitlist_auto_promote=False)
    Event.objects.filter(pk=event.pk).update(capacity=3)
    assert promote_where_seats_are_free(clock.now()) == 0
    Event.objects.filter(pk=event.pk).update(waitlist_auto_promote=True)
    assert promote_where_seats_are_free(clock.now()) == 2
    assert queue(event) == ["p3@example.org"]


def test_the_organizer_promotes_only_into_a_free_seat(api_as: Any) -> None:  # A29
    event, places = full_house(waitlist_auto_promote=False)
    client = api_as(event.owner)
    full = client.post(rows_url(event, "promote-next/"))
    assert (full.status_code, full.json()["error"]["code"]) == (400, "EVENT_FULL")
    seated = client.post(rows_url(event, f"{places[0].registration.pk}/promote/"))
    assert (seated.status_code, seated.json()["error"]["code"]) == (400, "NOT_WAITLISTED")
    assert counters(event) == (1, 3, 1)
    Event.objects.filter(pk=event.pk).update(capacity=3)
    assert client.post(rows_url(event, "promote-next/")).json()["email"] == "p1@example.org"
    chosen = client.post(rows_url(event, f"{places[3].registration.pk}/promote/"))
    assert (chosen.json()["status"], chosen.json()["waitlist_position"]) == ("confirmed", None)
    assert queue(event) == ["p2@example.org"]
    empty = api_as(OpenEventFactory(owner=event.owner).owner)
    other = OpenEventFactory(owner=event.owner)
    assert empty.post(rows_url(other, "promote-next/")).json()["error"]["code"] == "EMPTY_WAITLIST"


def test_nobody_is_promoted_at_an_event_that_is_over(api_as: Any) -> None:  # A43
    event, _ = full_house()
    Event.objects.filter(pk=event.pk).update(capacity=3, status="cancelled")
    answer = api_as(event.owner).post(rows_url(event, "promote-next/"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "INVALID_STATE")
    assert len(queue(event)) == 3


def test_the_waiting_list_is_a_page_in_order(api_as: Any) -> None:  # A28
    event, _ = full_house()
    body = api_as(event.owner).get(rows_url(event, "waitlist/")).json()
    assert body["count"] == 3
    assert [(row["email"], row["waitlist_position"]) for row in body["results"]] == [
        ("p1@example.org", 1),
        ("p2@example.org", 2),
        ("p3@example.org", 3),
    ]


def test_ones_own_rank(api_as: Any) -> None:  # A44
    event, _ = full_house()
    user = UserFactory()
    api_as(user).post(register_url(event.pk), {})
    row = Registration.objects.get(user=user)
    url = f"/api/v1/users/me/registrations/{row.pk}/waitlist-position/"
    assert api_as(user).get(url).json() == {"position": 4, "total_waitlisted": 4, "estimated_chance": "low"}
    assert api_as(UserFactory()).get(url).status_code == 404
    own = api_as(user).get(f"/api/v1/users/me/registrations/{row.pk}/").json()
    assert (own["status"], own["waitlist_position"]) == ("waitlisted", 4)


def test_cancelling_ones_own_place(api_as: Any) -> None:  # A41
    event, user = OpenEventFactory(capacity=1), UserFactory()
    client = api_as(user)
    client.post(register_url(event.pk), {})
    row = Registration.objects.get()
    url = f"/api/v1/users/me/registrations/{row.pk}/cancel/"
    assert api_as(UserFactory()).post(url, {}).status_code == 404
    answer = client.post(url, {})
    assert (answer.status_code, answer.json()["message"]) == (200, "Registration cancelled.")
    again = client.post(url, {})
    assert (again.status_code, again.json()["error"]["code"]) == (400, "ALREADY_CANCELLED")
    assert counters(event) == (0, 0, 0)


@pytest.mark.parametrize(
    "fields", [{"status": "live"}, {"status": "completed"}, {"starts_at": in_days(-0.01)}, {"status": "cancelled"}]
)
def test_too_late_to_cancel(api_as: Any, fields: dict[str, Any]) -> None:  # A41
    event, user = OpenEventFactory(), UserFactory()
    api_as(user).post(register_url(event.pk), {})
    Event.objects.filter(pk=event.pk).update(**fields)
    row = Registration.objects.get()
    answer = api_as(user).post(f"/api/v1/users/me/registrations/{row.pk}/cancel/", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "CANNOT_CANCEL")
    row.refresh_from_db()
    assert row.status == "confirmed"


def test_an_organizer_cancels_until_the_event_is_over(api_as: Any) -> None:
    event = OpenEventFactory()
    place = join(event, "a@example.org")
    Event.objects.filter(pk=event.pk).update(status="live")
    url = rows_url(event, f"{place.registration.pk}/cancel/")
    answer = api_as(event.owner).post(url, {"reason": "Doubled"})
    assert (answer.status_code, answer.json()["cancellation_reason"]) == (200, "Doubled")
    other = OpenEventFactory()
    place = join(other, "a@example.org")
    Event.objects.filter(pk=other.pk).update(status="completed")
    answer = api_as(other.owner).delete(rows_url(other, f"{place.registration.pk}/"))
    assert answer.json()["error"]["code"] == "CANNOT_CANCEL"
    assert states(other) == {"a@example.org": "confirmed"}


def test_a_cancelled_event_cancels_every_place_once(drain: Any) -> None:
    event, _ = full_house()
    Event.objects.filter(pk=event.pk).update(status="cancelled")
    assert cancel_all(event_id=event.pk, reason="Storm", at=clock.now()) == 4
    assert cancel_all(event_id=event.pk, reason="Storm", at=clock.now()) == 0
    assert set(states(event).values()) == {"cancelled"}
    assert counters(event) == (0, 0, 0)


def test_verifying_links_what_the_address_got_as_a_guest() -> None:  # C31
    user = UnverifiedUserFactory(email="ada@example.org")
    event, both = OpenEventFactory(), OpenEventFactory()
    join(event, "ada@example.org")
    RegistrationFactory(event=both, email="old@example.org", user=user)
    RegistrationFactory(event=both, email="ada@example.org")
    assert link_guest_rows(user_id=user.pk, at=clock.now()) == 0
    user.email_verified_at = clock.real_now()
    user.save()
    assert link_forgotten_rows(at=clock.now()) == 1
    assert Registration.objects.get(event=event).user_id == user.pk
    assert Registration.objects.filter(user=user).count() == 2


def test_check_in_says_when_and_where_the_first_one_was(api_as: Any) -> None:
    event = OpenEventFactory()
    place = join(event, "ada@example.org")
    row = Registration.objects.get()
    client = api_as(event.owner)
    url = rows_url(event, "check-in/")
    first = client.post(url, {"code": f" {row.check_in_code.lower()} ", "where": "North door"})
    assert (first.status_code, first.json()["already_checked_in"]) == (200, False)
    again = client.post(rows_url(event, f"{place.registration.pk}/check-in/"), {"where": "South door"}).json()
    assert (again["already_checked_in"], again["checked_in_where"]) == (True, "North door")
    assert again["checked_in_at"] == first.json()["checked_in_at"]
    assert "North door" in again["message"]
    assert Fact.objects.filter(name="registrations.checked_in").count() == 1
    unknown = client.post(url, {"code": "NOSUCHCODE"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "UNKNOWN_CODE")
    other = OpenEventFactory()
    assert api_as(other.owner).post(rows_url(other, "check-in/"), {"code": row.check_in_code}).status_code == 404


def test_only_a_confirmed_place_is_checked_in(api_as: Any) -> None:
    event, places = full_house()
    url = rows_url(event, f"{places[1].registration.pk}/check-in/")
    assert api_as(event.owner).post(url, {}).json()["error"]["code"] == "NOT_CONFIRMED"
    assert not Attendance.objects.filter(checked_in_at__isnull=False).exists()


def test_no_show_is_said_and_taken_back(api_as: Any) -> None:
    event = OpenEventFactory(capacity=2)
    place = join(event, "ada@example.org")
    client, url = api_as(event.owner), rows_url(event, f"{place.registration.pk}/no-show/")
    early = client.post(url, {})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "EVENT_NOT_STARTED")
    Event.objects.filter(pk=event.pk).update(starts_at=clock.now() - timedelta(minutes=5), status="live")
    assert client.post(url, {}).json()["status"] == "no_show"
    assert client.post(url, {"no_show": True}).json()["status"] == "no_show"
    assert counters(event) == (0, 0, 0)
    back = client.patch(rows_url(event, f"{place.registration.pk}/"), {"status": "confirmed"})
    assert (back.status_code, back.json()["status"]) == (200, "confirmed")
    assert counters(event) == (1, 0, 1)


@pytest.mark.parametrize("limit", ["ticket", "event"])
@pytest.mark.parametrize(
    ("method", "tail", "body"), [("post", "no-show/", {"no_show": False}), ("patch", "", {"status": "confirmed"})]
)
def test_a_no_show_is_not_taken_back_into_a_place_that_is_gone(
    api_as: Any, limit: str, method: str, tail: str, body: dict[str, Any]
) -> None:
    event = OpenEventFactory(capacity=1 if limit == "event" else None)
    quantity = {"quantity": 1} if limit == "ticket" else {}
    ticket = event.ticket_types.create(name="Student", currency="USD", **quantity)
    place = join(event, "ada@example.org", ticket_type_id=ticket.pk)
    client, url = api_as(event.owner), rows_url(event, f"{place.registration.pk}/")
    Event.objects.filter(pk=event.pk).update(actual_started_at=clock.now())
    assert client.post(f"{url}no-show/", {}).json()["status"] == "no_show"
    join(event, "bob@example.org", ticket_type_id=ticket.pk)
    facts = Fact.objects.count()

    refused = getattr(client, method)(f"{url}{tail}", body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "EVENT_FULL")
    assert states(event) == {"ada@example.org": "no_show", "bob@example.org": "confirmed"}
    ticket.refresh_from_db()
    assert (ticket.sold, counters(event), Fact.objects.count()) == (1, (1, 0, 0), facts)


def test_nobody_with_a_certificate_is_a_no_show(api_as: Any) -> None:  # F12
    event = OpenEventFactory(starts_at=in_days(-1), status="completed")
    row = RegistrationFactory(event=event, certificate_issued=True)
    client = api_as(event.owner)
    for refused in (
        client.post(rows_url(event, f"{row.pk}/no-show/"), {}),
        client.patch(rows_url(event, f"{row.pk}/"), {"status": "no_show"}),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "INVALID_STATE")
    assert Registration.objects.get().status == "confirmed"


@pytest.mark.parametrize("status", ["draft", "published", "live", "completed", "closed", "cancelled"])
def test_counters_that_drifted_are_put_right(status: str) -> None:  # H15 C18
    event, _ = full_house()
    Event.objects.filter(pk=event.pk).update(seats_taken=0, waitlist_count=9, registration_count=7, status=status)
    event.ticket_types.update(sold=5)
    assert recount_events(clock.now()) == 1
    assert counters(event) == (1, 3, 1)
    assert recount_events(clock.now()) == 0
    event.ticket_types.update(sold=0)
    assert recount_events(clock.now()) == 1
    assert counters(event) == (1, 3, 1)


def test_recounting_what_is_right_locks_nothing_and_reads_in_portions(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_house()
    with django_assert_num_queries(4):
        assert recount_events(clock.now()) == 0
    wrong, _ = full_house()
    deleted, _ = full_house()
    Event.objects.filter(pk=deleted.pk).update(seats_taken=0, deleted_at=clock.now())
    with django_assert_num_queries(4):
        assert recount_events(clock.now()) == 0
    Event.objects.filter(pk=wrong.pk).update(seats_taken=0)
    monkeypatch.setattr(portions, "PORTION", 1)
    assert recount_events(clock.now()) == 1


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("get", ""),
        ("post", ""),
        ("get", "{row}/"),
        ("patch", "{row}/"),
        ("delete", "{row}/"),
        ("post", "{row}/cancel/"),
        ("post", "{row}/promote/"),
        ("post", "{row}/check-in/"),
        ("post", "{row}/no-show/"),
        ("post", "promote-next/"),
        ("post", "check-in/"),
        ("get", "waitlist/"),
        ("get", "summary/"),
        ("get", "export/"),
        ("get", "../attendees/"),
        ("get", "../statistics/"),
    ],
)
def test_who_may_not(api: Any, api_as: Any, method: str, tail: str) -> None:  # A10 A11 A16
    event = OpenEventFactory()
    place = join(event, "ada@example.org")
    before = Registration.objects.values().get()
    url = rows_url(event, tail.format(row=place.registration.pk)).replace("registrations/../", "")
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("post", ""): {"registrations": [{"email": "x@example.org"}]},
        ("patch", "{row}/"): {"attended": True},
        ("post", "check-in/"): {"code": before["check_in_code"]},
        ("post", "{row}/no-show/"): {"no_show": True},
    }
    body = bodies.get((method, tail), {})
    for client, status in ((api, 401), (api_as(UserFactory()), 403), (api_as(OrganizerFactory()), 404)):
        answer = getattr(client, method)(url, body) if method != "get" else client.get(url)
        assert answer.status_code == status, (method, tail, answer.content)
    for key in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        wrong = url.replace(str(event.pk), key)
        client = api_as(event.owner)
        assert (getattr(client, method)(wrong, body) if method != "get" else client.get(wrong)).status_code == 404
    assert Registration.objects.values().get() == before


def test_attendance_by_hand_is_given_back(api_as: Any) -> None:
    event = OpenEventFactory()
    path = rows_url(event, f"{join(event, 'ada@example.org').registration.pk}/")
    client = api_as(event.owner)
    assert client.patch(path, {"attended": True}).json()["attended"] is True
    assert client.patch(path, {"attended": None}).json()["attended"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"attended": "perhaps"}, 422),
        ({"attended": True, "attendance_percent": 101}, 422),
        ({"attended": True, "notes": "x" * 501}, 422),
        ({"status": "cancelled"}, 422),
        ({"attended": True, "attendance_percent": 90, "notes": "Signed the list"}, 200),
    ],
)
def test_attendance_by_hand(api_as: Any, body: dict[str, Any], status: int) -> None:  # A26 A30
    event = OpenEventFactory()
    place = join(event, "ada@example.org")
    answer = api_as(event.owner).patch(rows_url(event, f"{place.registration.pk}/"), body)
    assert answer.status_code == status, answer.content
    row = Registration.objects.get()
    assert row.attendance_or_blank.attended is (status == 200)
    if status == 200:
        assert answer.json()["attendance_percent"] == 90
