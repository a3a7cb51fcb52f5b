"""Lists, details, summary, statistics, bulk add and exports."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.http.rendering import JSONRenderer
from lyceum.registrations.api.outputs.organizer import RegistrationListOutput
from lyceum.registrations.models import Attendance, Registration
from lyceum.registrations.selectors import listed_values, rank_in_queue, registrations_of_event
from lyceum.registrations.services.cancel import cancel_registration
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.registrations import OpenEventFactory, QuestionFactory, RegistrationFactory
from tests.registrations.steps import counters, join, register_url, states
from tests.registrations.test_places import rows_url

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
LIST_KEYS = {"uuid", "id", "user", "event_title", "status", "attended", "certificate_issued", "waitlist_position"}
LIST_KEYS |= {"registered_at", "created_at", "email", "full_name", "guest_email", "guest_name", "is_deleted"}
DETAIL_KEYS = {"uuid", "user", "event", "status", "guest_email", "guest_name", "registered_at", "registration_source"}
DETAIL_KEYS |= {"discount_code_used", "attended", "attendance_percent", "join_time", "leave_time", "attendance_records"}
DETAIL_KEYS |= {"total_duration_minutes", "certificate_issued", "certificate_eligible", "allow_public_verification"}
DETAIL_KEYS |= {"custom_field_responses", "waitlist_position", "waitlisted_at", "promoted_at", "cancelled_at"}
DETAIL_KEYS |= {"cancellation_reason", "created_at", "updated_at"}
MINE_KEYS = {"uuid", "event", "status", "registered_at", "attended", "attendance_percent", "certificate_issued"}
MINE_KEYS |= {"certificate_eligible", "allow_public_verification", "waitlist_position", "zoom_join_url", "can_join"}
MINE_KEYS |= {"certificate_url", "created_at"}


def test_a_row_has_every_key_of_the_source(api_as: Any) -> None:  # A01 A05 A34
    event, user = OpenEventFactory(), UserFactory()
    question = QuestionFactory(event=event, field_type="multiselect", options=["a", "b"])
    join(event, "guest@example.org", answers={str(question.pk): ["b", "a"]})
    api_as(user).post(register_url(event.pk), {})
    rows = api_as(event.owner).get(rows_url(event)).json()["results"]
    assert rows[0].keys() >= LIST_KEYS
    mine, guest = rows
    assert (mine["email"], mine["guest_email"], mine["guest_name"]) == (user.email, "", "")
    assert mine["user"] == {
        "id": str(user.pk),
        "uuid": str(user.pk),
        "email": user.email,
        "full_name": user.full_name,
    }
    assert (guest["user"], guest["guest_email"], guest["guest_name"]) == (None, "guest@example.org", "Guest")
    detail = api_as(event.owner).get(rows_url(event, f"{guest['uuid']}/")).json()
    assert detail.keys() >= DETAIL_KEYS
    assert detail["custom_field_responses"] == [
        {"field_uuid": str(question.pk), "field_label": "Your licence number", "value": ["b", "a"]}
    ]
    own = api_as(user).get("/api/v1/users/me/registrations/").json()["results"][0]
    assert own.keys() >= MINE_KEYS
    assert own["certificate_url"] is None


def test_the_join_link_is_shown_shortly_before_and_during(api_as: Any) -> None:  # A08
    link = "https://zoom.example/j/1"
    user = UserFactory()
    soon = OpenEventFactory(zoom_join_url=link, starts_at=clock.now() + 20 * MINUTE)
    later = OpenEventFactory(zoom_join_url=link)
    client = api_as(user)
    for event in (soon, later):
        client.post(register_url(event.pk), {})
    rows = {row["event"]["uuid"]: row for row in client.get("/api/v1/users/me/registrations/").json()["results"]}
    assert (rows[str(soon.pk)]["zoom_join_url"], rows[str(soon.pk)]["can_join"]) == (link, True)
    assert (rows[str(later.pk)]["zoom_join_url"], rows[str(later.pk)]["can_join"]) == (None, False)
    row = Registration.objects.get(event=soon)
    cancel_registration(registration_id=row.pk, actor=Actor.system(), at=clock.now())
    assert client.get(f"/api/v1/users/me/registrations/{row.pk}/").json()["zoom_join_url"] is None


def test_filters_search_and_ordering(api_as: Any) -> None:
    event = OpenEventFactory()
    RegistrationFactory(event=event, email="ada@example.org", full_name="Ada Lovelace", attendance__attended=True)
    RegistrationFactory(
        event=event, email="bob@example.org", full_name="Bob", status="cancelled", cancelled_at=clock.now()
    )
    client = api_as(event.owner)

    def emails(query: str) -> list[str]:
        return [row["email"] for row in client.get(rows_url(event, f"?{query}")).json()["results"]]

    assert emails("") == ["bob@example.org", "ada@example.org"]
    assert emails("ordering=registered_at") == ["ada@example.org", "bob@example.org"]
    assert emails("status=cancelled") == ["bob@example.org"]
    assert emails("attended=true") == ["ada@example.org"]
    assert emails("attended=false") == ["bob@example.org"]
    assert emails("ordering=attended") == ["bob@example.org", "ada@example.org"]
    assert emails("checked_in=false") == ["bob@example.org", "ada@example.org"]
    assert emails("checked_in=true") == []
    assert emails("search=lovelace") == ["ada@example.org"]
    assert emails("registered_after=2040-01-01T00:00:00Z") == []
    assert len(emails("cursor=")) == 2
    for bad in ("ordering=password", "status=lost", "attended=perhaps", "registered_after=soon", "page_size=0"):
        assert client.get(rows_url(event, f"?{bad}")).status_code == 422, bad
    assert client.get(rows_url(event, "?page=9")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("tail", ["", "waitlist/", "../attendees/"])
def test_an_organizers_lists_cost_the_same(api_as: Any, django_assert_num_queries: Any, count: int, tail: str) -> None:
    event = OpenEventFactory()
    for number in range(count):
        waiting = {"status": "waitlisted", "waitlisted_at": clock.now(), "waitlist_sequence": number + 1}
        RegistrationFactory(event=event, user=UserFactory(), **(waiting if tail == "waitlist/" else {}))
    client = api_as(event.owner)
    # Who waits is asked for their ranks besides.
    with django_assert_num_queries(4 if tail == "waitlist/" else 3):
        answer = client.get(rows_url(event, tail).replace("registrations/../", ""))
    assert answer.json()["count"] == count


def test_a_list_fetches_only_what_it_shows(api_as: Any) -> None:
    event = OpenEventFactory()
    RegistrationFactory(event=event, user=UserFactory())
    client = api_as(event.owner)
    with CaptureQueriesContext(connection) as queries:
        client.get(rows_url(event))
    [rows] = [query["sql"] for query in queries if '"registrations_registration"."email"' in query["sql"]]
    assert rows.count('"events_event".') == rows.count('"events_event"."title"') + rows.count('"events_event"."id"')
    for column in ("password", "last_login", "bio", "explanation", "check_in_code", "professional_title"):
        assert f'"{column}"' not in rows, column


def test_a_list_is_written_as_the_library_would(api_as: Any) -> None:
    event = OpenEventFactory()
    mine = RegistrationFactory(event=event, user=UserFactory())
    Attendance.objects.create(registration=mine, event=event, percent=80, attended=True, checked_in_at=clock.now())
    RegistrationFactory(event=event, status="waitlisted", waitlisted_at=clock.now(), waitlist_sequence=1)
    # Added by the organizer, with an account that isn't theirs to know of.
    RegistrationFactory(event=event, user=UserFactory(), acknowledged_at=None, notes="Pays by invoice.")
    rows = listed_values(registrations_of_event(Actor.of(event.owner), event.pk).order_by("id"))
    found = Registration.objects.annotate(queue_rank=rank_in_queue()).order_by("id")
    quick = RegistrationListOutput(rows, many=True).data
    slow = RegistrationListOutput(found, many=True).data
    assert JSONRenderer().render(quick) == JSONRenderer().render(slow)
    assert [(row["user"] is None, row["guest_email"] == "", row["notes"]) for row in quick] == [
        (False, True, ""),
        (True, False, ""),
        (True, False, "Pays by invoice."),
    ]
    assert {row["attendance_percent"] for row in quick} == {0, 80}
    assert {row["waitlist_position"] for row in quick} == {1, None}


@pytest.mark.parametrize("count", [1, 3])
def test_ones_own_list_costs_the_same(api_as: Any, django_assert_num_queries: Any, count: int) -> None:  # A07
    user = UserFactory()
    for _ in range(count):
        RegistrationFactory(user=user)
    client = api_as(user)
    with django_assert_num_queries(3):
        assert client.get("/api/v1/users/me/registrations/").json()["count"] == count


def test_the_summary_is_one_aggregate_and_leaves_cancelled_rows_out(
    api_as: Any, django_assert_num_queries: Any
) -> None:  # A31
    event = OpenEventFactory()
    RegistrationFactory(event=event, attendance__attended=True, certificate_issued=True)
    RegistrationFactory(event=event, status="no_show")
    RegistrationFactory(event=event, status="waitlisted", waitlisted_at=clock.now(), waitlist_sequence=1)
    gone = {
        "status": "cancelled",
        "cancelled_at": clock.now(),
        "attendance__attended": True,
        "certificate_issued": True,
    }
    RegistrationFactory(event=event, **gone)
    client = api_as(event.owner)
    with django_assert_num_queries(2):
        body = client.get(rows_url(event, "summary/")).json()
    assert body == {
        "total": 4,
        "pending": 0,
        "confirmed": 1,
        "waitlisted": 1,
        "cancelled": 1,
        "no_show": 1,
        "attended": 1,
        "checked_in": 0,
        "certificate_issued": 1,
    }


def test_statistics(api_as: Any) -> None:
    event = OpenEventFactory(capacity=4)
    join(event, "a@example.org")
    body = api_as(StaffFactory()).get(f"/api/v1/events/{event.pk}/statistics/").json()
    assert (body["attendees_count"], body["available_spots"], body["revenue"]) == (1, 3, 0)
    assert (body["average_rating"], body["reviews_count"], body["currency"]) == (None, 0, "USD")
    assert [day["count"] for day in body["registrations_by_day"]] == [1]


def test_a_list_of_people_each_with_an_outcome(api_as: Any, drain: Any) -> None:  # A06 A20 A21 A22 A24
    event, user = OpenEventFactory(capacity=3, waitlist_enabled=True), UserFactory()
    join(event, "known@example.org")
    gone = join(event, "gone@example.org")
    cancel_registration(registration_id=gone.registration.pk, actor=Actor.system(), at=clock.now())
    people = ["KNOWN@example.org", user.email, "new@example.org", " NEW@example.org", "gone@example.org"]
    answer = api_as(event.owner).post(rows_url(event), {"registrations": [{"email": email} for email in people]})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert [row["status"] for row in body["results"]] == ["skipped", "confirmed", "confirmed", "skipped", "waitlisted"]
    assert (body["created"], body["skipped"], body["refused"]) == (3, 2, 0)
    assert body["skipped_emails"] == ["known@example.org", "new@example.org"]
    row = Registration.objects.get(email=user.email)
    assert (row.user_id, row.source, row.registered_by_id) == (user.pk, "organizer_added", event.owner_id)
    assert counters(event) == (3, 1, 3)


def test_a_full_house_refuses_rows_and_not_the_request(api_as: Any) -> None:  # A21
    event = OpenEventFactory(capacity=1)
    people = [{"email": f"p{number}@example.org", "name": "P"} for number in range(3)]
    body = api_as(event.owner).post(rows_url(event), {"registrations": people}).json()
    assert [row["status"] for row in body["results"]] == ["confirmed", "refused", "refused"]
    assert body["results"][1]["reason"] == "Every place at this event is taken."
    assert states(event) == {"p0@example.org": "confirmed"}


@pytest.mark.parametrize(
    "row",
    [{}, {"email": None}, {"email": 7}, {"email": "no address"}, "text", None, {"email": "a@b.org", "name": "\x00"}],
)
def test_a_malformed_row_refuses_everything_and_names_its_index(api_as: Any, row: Any) -> None:  # A06 A23
    event = OpenEventFactory()
    body = {"registrations": [{"email": "good@example.org"}, row]}
    answer = api_as(event.owner).post(rows_url(event), body)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["details"]["registrations"]) == ["1"]
    assert states(event) == {}


@pytest.mark.parametrize(("rows", "status"), [([], 422), (None, 400), ("x", 422), ([{"email": "a@b.org"}] * 501, 422)])
def test_a_list_has_1_to_500_rows(api_as: Any, rows: Any, status: int) -> None:
    event = OpenEventFactory()
    assert api_as(event.owner).post(rows_url(event), {"registrations": rows}).status_code == status


@pytest.mark.parametrize("status", ["draft", "cancelled", "completed", "closed"])
def test_nobody_is_added_to_an_event_that_is_not_on(api_as: Any, status: str) -> None:  # A21
    event = OpenEventFactory(status=status)
    answer = api_as(event.owner).post(rows_url(event), {"registrations": [{"email": "a@b.org"}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "REGISTRATION_CLOSED")
    assert states(event) == {}


def test_five_hundred_people_in_a_fixed_number_of_queries(
    api_as: Any, django_assert_max_num_queries: Any
) -> None:  # A23
    event = OpenEventFactory(capacity=400, waitlist_enabled=True)
    people = [{"email": f"p{number:03}@example.org"} for number in range(500)]
    client = api_as(event.owner)
    with django_assert_max_num_queries(60):
        body = client.post(rows_url(event), {"registrations": people}).json()
    assert body["created"] == 500
    assert counters(event) == (400, 100, 400)


def test_the_export_has_answers_and_runs_nothing(api_as: Any) -> None:  # A13 A14 A15
    event, user = OpenEventFactory(), UserFactory()
    question = QuestionFactory(event=event, label="Licence")
    join(event, "evil@example.org", answers={str(question.pk): "=1+1"})
    api_as(user).post(register_url(event.pk), {})
    client = api_as(event.owner)
    answer = client.get(rows_url(event, "export/?export_format=csv&ordering=registered_at"))
    text = b"".join(answer.streaming_content)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(row["email"], row["full_name"], row["Licence"]) for row in rows] == [
        ("evil@example.org", "Guest", "'=1+1"),
        (user.email, user.full_name, ""),
    ]
    sheet = client.get(rows_url(event, "export/?export_format=xlsx&status=confirmed"))
    book = load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    assert book.active.max_row == 3
    assert client.get(rows_url(event, "export/?export_format=pdf")).status_code == 422
    assert client.get(rows_url(event, "export/?status=lost")).status_code == 422


def test_the_export_is_read_piece_by_piece(api_as: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("lyceum.registrations.exports.PIECE", 2)
    event = OpenEventFactory()
    same = RegistrationFactory(event=event).registered_at
    for _ in range(4):
        RegistrationFactory(event=event, registered_at=same)
    text = b"".join(api_as(event.owner).get(rows_url(event, "export/")).streaming_content).decode("utf-8-sig")
    emails = [row["email"] for row in csv.DictReader(io.StringIO(text))]
    assert len(emails) == len(set(emails)) == 5


def test_only_the_methods_that_work_are_there(api_as: Any) -> None:  # A09 A27
    event = OpenEventFactory()
    row = RegistrationFactory(event=event)
    client = api_as(event.owner)
    assert client.put(rows_url(event, f"{row.pk}/"), {}).status_code == 405
    for tail in ("restore/", "bulk/"):
        assert client.post(rows_url(event, f"{row.pk}/{tail}"), {}).status_code == 404
