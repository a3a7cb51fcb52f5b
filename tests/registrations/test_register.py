"""Registering through the public route."""

import json
from typing import Any

import pytest

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models import Fact
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import CustomFieldResponse, Registration
from lyceum.registrations.services.cancel import cancel_registration
from tests.factories.accounts import UnverifiedUserFactory, UserFactory
from tests.factories.registrations import OpenEventFactory, QuestionFactory, RegistrationFactory, in_days
from tests.registrations.steps import counters, join, queue, register_url, states

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def test_a_guest_gets_a_place(api: Any) -> None:
    event = OpenEventFactory(capacity=2)
    answer = api.post(register_url(event.pk), {"email": " Ada@Example.ORG ", "name": "Ada"})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    row = Registration.objects.get()
    assert body == {
        "id": str(row.pk),
        "uuid": str(row.pk),
        "registration_uuid": str(row.pk),
        "status": "confirmed",
        "waitlist_position": None,
        "message": "Successfully registered!",
    }
    assert (row.email, row.full_name, row.user_id, row.source) == ("ada@example.org", "Ada", None, "self_registered")
    assert counters(event) == (1, 0, 1)
    assert list(Fact.objects.values_list("name", flat=True)) == ["registrations.registration_confirmed"]


def test_a_name_may_come_as_full_name(api: Any) -> None:
    event = OpenEventFactory()
    url, guest = register_url(event.pk), {"email": "ada@example.org"}

    assert api.post(url, guest | {"full_name": "Ada"}).status_code == 201
    assert Registration.objects.get().full_name == "Ada"
    both = api.post(url, {"email": "grace@example.org", "name": "Grace", "full_name": "Mary"})
    unknown = api.post(url, {"email": "grace@example.org", "fullname": "Grace", "name": "Grace"})
    assert (both.status_code, list(both.json()["error"]["details"])) == (422, ["full_name"])
    assert unknown.json()["error"]["details"] == {
        "fullname": ["There is no such field here. Did you mean `full_name`?"]
    }
    assert Registration.objects.count() == 1


def test_a_row_of_many_knows_its_fields(api_as: Any) -> None:
    event = OpenEventFactory()
    rows = [{"email": "ada@example.org", "full_name": "Ada"}, {"email": "grace@example.org", "organisation": "Navy"}]
    url = f"/api/v1/events/{event.pk}/registrations/"

    refused = api_as(event.owner).post(url, {"registrations": rows}, format="json")

    assert refused.status_code == 422
    assert refused.json()["error"]["details"] == {
        "registrations": {"1": {"organisation": ["There is no such field here. Did you mean `organization_name`?"]}}
    }
    assert Registration.objects.count() == 0
    assert api_as(event.owner).post(url, {"registrations": rows[:1]}, format="json").status_code == 201
    assert Registration.objects.get().full_name == "Ada"


def test_an_account_gets_a_place_with_its_own_name(api_as: Any) -> None:  # A34 A35
    event, user = OpenEventFactory(), UserFactory(first_name="Grace", last_name="Hopper", professional_title="RN")
    answer = api_as(user).post(register_url(event.pk), {})
    assert answer.status_code == 201
    row = Registration.objects.get()
    assert (row.user_id, row.email, row.full_name) == (user.pk, user.email, "Grace Hopper")
    assert row.professional_title == "RN"


def test_an_account_cannot_register_another_address(api_as: Any) -> None:  # A35
    event, user = OpenEventFactory(), UserFactory()
    answer = api_as(user).post(register_url(event.pk), {"email": "other@example.org"})
    assert answer.status_code == 422
    assert "email" in answer.json()["error"]["details"]
    assert states(event) == {}


def test_an_unverified_account_is_asked_to_verify(api_as: Any) -> None:  # A35
    event = OpenEventFactory()
    answer = api_as(UnverifiedUserFactory()).post(register_url(event.pk), {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "EMAIL_NOT_VERIFIED")
    assert states(event) == {}


@pytest.mark.parametrize("nothing", [{}, {"email": None, "name": None}, {"email": " ", "name": ""}])
def test_all_that_a_guest_left_out_is_named(api: Any, nothing: dict[str, Any]) -> None:
    answer = api.post(register_url(OpenEventFactory().pk), nothing)
    assert (answer.status_code, set(answer.json()["error"]["details"])) == (400, {"email", "name"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Ada"}, "email"),
        ({"email": "a@b.org"}, "name"),
        ({"name": "Ada", "email": None}, "email"),
        ({"email": "a@b.org", "name": None}, "name"),
    ],
)
def test_a_guest_needs_address_and_name(api: Any, body: dict[str, Any], field: str) -> None:  # A02
    event = OpenEventFactory()
    answer = api.post(register_url(event.pk), body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert field in answer.json()["error"]["details"]
    assert states(event) == {}


def test_the_last_seat_then_the_waiting_list_in_order(api: Any) -> None:  # A40
    event = OpenEventFactory(capacity=1, waitlist_enabled=True)
    places = [api.post(register_url(event.pk), {"email": f"p{n}@example.org", "name": "P"}).json() for n in range(4)]
    assert [place["status"] for place in places] == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    assert [place["waitlist_position"] for place in places] == [None, 1, 2, 3]
    assert places[1]["message"] == "Added to waitlist."
    assert queue(event) == ["p1@example.org", "p2@example.org", "p3@example.org"]
    assert counters(event) == (1, 3, 1)
    assert Registration.objects.waiting().first().waitlisted_at is not None


def test_a_full_house_without_a_waiting_list_refuses(api: Any) -> None:
    event = OpenEventFactory(capacity=1)
    join(event, "first@example.org")
    answer = api.post(register_url(event.pk), {"email": "late@example.org", "name": "Late"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "EVENT_FULL")
    assert states(event) == {"first@example.org": "confirmed"}
    assert counters(event) == (1, 0, 1)


def test_a_sold_out_ticket_type_refuses_although_the_event_has_room(api: Any) -> None:  # F02
    event = OpenEventFactory(capacity=10)
    ticket = event.ticket_types.create(name="Student", currency="USD", quantity=1)
    body = {"name": "S", "ticket_type": str(ticket.pk)}
    assert api.post(register_url(event.pk), {**body, "email": "a@example.org"}).status_code == 201
    answer = api.post(register_url(event.pk), {**body, "email": "b@example.org"})
    assert answer.json()["error"]["code"] == "EVENT_FULL"
    ticket.refresh_from_db()
    assert (ticket.sold, counters(event)) == (1, (1, 0, 0))


def test_a_newcomer_does_not_overtake_who_waits(api: Any) -> None:
    event = OpenEventFactory(capacity=1, waitlist_enabled=True, waitlist_auto_promote=False)
    first = join(event, "first@example.org")
    join(event, "second@example.org")
    cancel_registration(registration_id=first.registration.pk, actor=Actor.system(), at=clock.now())
    place = join(event, "third@example.org")
    assert (place.status, place.position) == ("waitlisted", 2)
    assert queue(event) == ["second@example.org", "third@example.org"]


def test_ones_own_second_registration_is_named(api_as: Any) -> None:  # A18
    event, user = OpenEventFactory(), UserFactory()
    client = api_as(user)
    client.post(register_url(event.pk), {})
    answer = client.post(register_url(event.pk), {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ALREADY_REGISTERED")
    assert counters(event) == (1, 0, 1)


def test_a_strangers_second_try_learns_nothing(api: Any, drain: Any) -> None:  # A36
    event = OpenEventFactory(capacity=5)
    join(event, "ada@example.org")
    drain()
    EmailLog.objects.all().delete()
    before = Registration.objects.values().get()
    answer = api.post(register_url(event.pk), {"email": "ADA@example.org", "name": "Eve"})
    new = api.post(register_url(event.pk), {"email": "new@example.org", "name": "New"})
    assert answer.status_code == new.status_code == 201
    assert answer.json().keys() == new.json().keys()
    assert {**answer.json(), **dict.fromkeys(["id", "uuid", "registration_uuid"])} == {
        **new.json(),
        **dict.fromkeys(["id", "uuid", "registration_uuid"]),
    }
    assert not Registration.all_objects.filter(pk=answer.json()["registration_uuid"]).exists()
    assert Registration.objects.filter(email="ada@example.org").values().get() == before
    drain()
    assert list(EmailLog.objects.filter(recipient_email="ada@example.org").values_list("kind", flat=True)) == [
        "registrations.already_registered"
    ]


def test_a_strangers_second_try_at_a_full_event_is_told_what_a_new_one_would_be(api: Any) -> None:  # A36
    queued = OpenEventFactory(capacity=1, waitlist_enabled=True)
    join(queued, "ada@example.org")
    answer = api.post(register_url(queued.pk), {"email": "ada@example.org", "name": "Eve"})
    assert (answer.json()["status"], answer.json()["waitlist_position"]) == ("waitlisted", 1)
    assert states(queued) == {"ada@example.org": "confirmed"}
    full = OpenEventFactory(capacity=1)
    join(full, "ada@example.org")
    answer = api.post(register_url(full.pk), {"email": "ada@example.org", "name": "Eve"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "EVENT_FULL")
    assert counters(full) == (1, 0, 1)


def test_repeated_tries_at_an_address_send_one_mail_an_hour(drain: Any) -> None:  # A36
    event = OpenEventFactory()
    for _ in range(4):
        join(event, "ada@example.org")
    drain()
    assert EmailLog.objects.filter(kind="registrations.already_registered").count() == 1


def test_a_cancelled_row_is_revived() -> None:  # A19 F01
    event = OpenEventFactory(capacity=3)
    question = QuestionFactory(event=event)
    first = join(event, "ada@example.org", answers={str(question.pk): "old"})
    old = Registration.objects.get()
    cancel_registration(registration_id=first.registration.pk, actor=Actor.system(), reason="ill", at=clock.now())
    again = join(event, "ada@example.org", answers={str(question.pk): "new"})
    row = Registration.objects.get()
    assert again.registration.pk == row.pk == old.pk
    assert (row.status, row.cancelled_at, row.cancellation_reason) == ("confirmed", None, "")
    assert row.check_in_code != old.check_in_code
    assert list(CustomFieldResponse.objects.values_list("value", flat=True)) == ["new"]
    assert counters(event) == (1, 0, 1)


def test_a_soft_deleted_row_does_not_block_its_address() -> None:  # A12 C28
    event = OpenEventFactory()
    row = RegistrationFactory(event=event, email="ada@example.org", status="cancelled", cancelled_at=clock.now())
    row.soft_delete(at=clock.now())
    join(event, "ada@example.org")
    assert Registration.objects.get().pk == row.pk
    assert counters(event) == (1, 0, 1)


def test_a_guest_row_of_a_verified_address_is_linked_at_once() -> None:  # A18 A20
    event, user = OpenEventFactory(), UserFactory()
    UnverifiedUserFactory(email="not-yet@example.org")
    join(event, user.email)
    join(event, "not-yet@example.org")
    assert Registration.objects.get(email=user.email).user_id == user.pk
    assert Registration.objects.get(email="not-yet@example.org").user_id is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "draft"}, 404),
        ({"visibility": "private"}, 404),
        ({"status": "cancelled", "published_at": in_days(-2)}, 409),
        ({"status": "cancelled", "published_at": None}, 404),
        ({"status": "live"}, 409),
        ({"status": "completed"}, 409),
        ({"registration_enabled": False}, 409),
        ({"starts_at": in_days(-0.01)}, 409),
        ({"registration_deadline": in_days(-1)}, 409),
    ],
)
def test_a_closed_door(api: Any, fields: dict[str, Any], status: int) -> None:  # A32 A37
    event = OpenEventFactory(**fields)
    answer = api.post(register_url(event.pk), {"email": "a@example.org", "name": "A"})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == {404: "NOT_FOUND", 409: "REGISTRATION_CLOSED"}[status]
    assert states(event) == {}


@pytest.mark.parametrize("key", ["nonsense", "0", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_event_that_is_not_there(api: Any, key: str) -> None:  # A17
    answer = api.post(register_url(key), {"email": "a@example.org", "name": "A"})
    assert answer.status_code == 404


def test_a_priced_event_waits_for_payments(api: Any) -> None:  # A33
    event = OpenEventFactory(price_minor=5000)
    answer = api.post(register_url(event.pk), {"email": "a@example.org", "name": "A"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PAYMENT_UNAVAILABLE")
    assert states(event) == {}


def test_a_discount_code_is_not_swallowed(api: Any) -> None:  # A04
    event = OpenEventFactory()
    answer = api.post(register_url(event.pk), {"email": "a@example.org", "name": "A", "discount_code": "HALF"})
    assert answer.status_code == 422
    assert "discount_code" in answer.json()["error"]["details"]
    assert states(event) == {}


def test_answers_are_checked_and_kept_with_the_place(api: Any) -> None:  # A03 A05 A39
    event = OpenEventFactory()
    needed = QuestionFactory(event=event, required=True)
    choice = QuestionFactory(event=event, label="Diet", field_type="select", options=["any", "vegan"], order=1)
    guest = {"email": "a@example.org", "name": "A"}
    missing = api.post(register_url(event.pk), {**guest, "custom_field_responses": {}})
    assert missing.status_code == 400
    assert str(needed.pk) in missing.json()["error"]["details"]["custom_field_responses"]
    for bad in ({str(choice.pk): "meat"}, {"nonsense": "x"}):
        answer = api.post(register_url(event.pk), {**guest, "custom_field_responses": {str(needed.pk): "7", **bad}})
        assert answer.status_code == 422
    assert states(event) == {}
    given = {str(needed.pk): "RN 12", str(choice.pk): "vegan"}
    assert api.post(register_url(event.pk), {**guest, "custom_field_responses": given}).status_code == 201
    assert dict(CustomFieldResponse.objects.values_list("field_id", "value")) == {
        needed.pk: "RN 12",
        choice.pk: "vegan",
    }


@pytest.mark.parametrize("name", ["email", "name", "ticket_type", "organization_name", "discount_code"])
@pytest.mark.parametrize("value", ["\x00", "x" * 1_000_000, "😀" * 300, "\u202e", 7, None, [], {}, True, "\ud800"])
def test_no_input_breaks_it(api: Any, name: str, value: Any) -> None:
    event = OpenEventFactory()
    body = json.dumps({"email": "a@example.org", "name": "A", "custom_field_responses": {}, name: value})
    answer = api.post(register_url(event.pk), body, content_type="application/json")
    assert answer.status_code in {201, 400, 422}, answer.content


@pytest.mark.parametrize("value", ["text", ["list"], {"\x00": "\x00"}, {"a": {"b": []}}, 5])
def test_no_answers_break_it(api: Any, value: Any) -> None:
    event = OpenEventFactory()
    body = {"email": "a@example.org", "name": "A", "custom_field_responses": value}
    assert api.post(register_url(event.pk), body).status_code == 422
    assert states(event) == {}


def test_a_name_in_any_script_is_kept(api: Any) -> None:
    event = OpenEventFactory()
    api.post(register_url(event.pk), {"email": "a@example.org", "name": " \u202bسارة 😀 "})
    assert Registration.objects.get().full_name == "\u202bسارة 😀"
