"""Seats that are held until they are paid for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.models import Fact
from lyceum.events.models import Event
from lyceum.registrations import ports
from lyceum.registrations.errors import NotHeld
from lyceum.registrations.models import Registration
from lyceum.registrations.services.bulk_add import Newcomer, bulk_add
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.guest_links import mint_guest_link
from lyceum.registrations.services.holds import confirm_hold, release_due_holds, release_hold
from lyceum.registrations.services.no_show import set_no_show
from lyceum.registrations.services.promote import promote_into_free_seats, promote_next
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.mailbox import text_of
from tests.registrations.steps import counters, join, queue, register_url, states

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
SYSTEM = Actor.system()
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def payments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody takes money for every event."""
    monkeypatch.setattr(ports, "_PAYMENTS", [])
    ports.register_payments(lambda event_id: True)


def priced(**fields: Any) -> Event:
    event: Event = OpenEventFactory(price_minor=5000, **fields)
    return event


def ask(api: Any, event: Event, email: str = "ada@example.org", **more: Any) -> Any:
    return api.post(register_url(event.pk), {"email": email, "name": "Ada", **more})


def later(minutes: float = 30) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def facts() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("name", flat=True))


def test_a_priced_ticket_is_answered_with_a_held_seat(api: Any, drain: Any) -> None:  # A33
    event, before = priced(capacity=2), clock.now()
    answer = ask(api, event)
    assert answer.status_code == 201, answer.content
    row = Registration.objects.get()
    assert answer.json() == {
        "id": str(row.pk),
        "uuid": str(row.pk),
        "registration_uuid": str(row.pk),
        "status": "pending",
        "waitlist_position": None,
        "message": "Your place is held. Please pay for it to confirm it.",
    }
    assert row.held_until is not None
    assert before + HALF_AN_HOUR <= row.held_until <= clock.now() + HALF_AN_HOUR
    assert counters(event) == (1, 0, 1)
    assert facts() == ["registrations.hold_placed"]
    drain()
    (message,) = mail.outbox
    assert message.subject == "Please pay for your place: Wound care today"
    assert "50.00 USD" in text_of(message)


def test_without_payments_a_priced_ticket_is_refused(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # A33
    monkeypatch.setattr(ports, "_PAYMENTS", [])
    answer = ask(api, priced())
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PAYMENT_UNAVAILABLE")
    assert not Registration.objects.exists()


def test_a_hold_that_is_paid_for_is_confirmed_once(api: Any, drain: Any) -> None:
    event = priced(capacity=1)
    ask(api, event)
    row = Registration.objects.get()
    for _ in range(2):
        confirmed = confirm_hold(registration_id=row.pk, actor=SYSTEM, at=clock.now())
        assert (confirmed.status, confirmed.held_until) == ("confirmed", None)
    assert release_due_holds(later(60)) == 0
    assert counters(event) == (1, 0, 1)
    assert facts() == ["registrations.hold_placed", "registrations.registration_confirmed"]
    drain()
    assert [message.subject for message in mail.outbox][-1] != "Please pay for your place: Wound care today"
    assert "Your place: Wound care today" in [message.subject for message in mail.outbox]


def test_only_the_product_and_the_organizer_confirm_a_hold(api: Any) -> None:
    ask(api, priced())
    row = Registration.objects.get()
    for actor in (Actor.anonymous(), Actor.guest(email=row.email), Actor.of(UserFactory())):
        with pytest.raises(NotFound):
            confirm_hold(registration_id=row.pk, actor=actor, at=clock.now())
    row.refresh_from_db()
    assert row.status == "pending"


def test_a_hold_that_runs_out_goes_to_the_next_in_line_and_is_told(api: Any, drain: Any) -> None:
    event = priced(capacity=1, waitlist_enabled=True)
    ask(api, event)
    assert ask(api, event, "next@example.org").json()["status"] == "waitlisted"
    assert release_due_holds(later(29)) == 0
    drain()
    mail.outbox.clear()
    at = later()
    drain(at)
    assert states(event) == {"ada@example.org": "cancelled", "next@example.org": "pending"}
    assert Registration.objects.get(email="next@example.org").held_until == at + HALF_AN_HOUR
    assert counters(event) == (1, 0, 1)
    assert facts()[-2:] == ["registrations.hold_expired", "registrations.hold_placed"]
    assert "registrations.registration_cancelled" not in facts()
    gone, held = sorted(mail.outbox, key=lambda message: message.to[0])
    assert (gone.to, gone.subject) == (
        ["Ada <ada@example.org>"],
        "Your place wasn’t paid for in time: Wound care today",
    )
    assert f"/events/{event.slug}/" in text_of(gone)
    assert "token=" not in text_of(gone)
    assert held.subject == "Please pay for your place: Wound care today"
    assert "You were on the waiting list" in text_of(held)


def test_a_hold_that_ran_out_never_makes_an_event_full(api: Any) -> None:
    event = priced(capacity=1)
    ask(api, event)
    assert ask(api, event, "second@example.org").json()["error"]["code"] == "EVENT_FULL"
    Registration.objects.update(held_until=later(-1))
    assert ask(api, event, "second@example.org").json()["status"] == "pending"
    assert states(event) == {"ada@example.org": "cancelled", "second@example.org": "pending"}
    assert counters(event) == (1, 0, 1)


def test_a_list_of_people_finds_the_seats_of_holds_that_ran_out(api: Any) -> None:
    event = priced(capacity=1)
    free = event.ticket_types.create(name="Guest of honour", currency="USD")
    ask(api, event)
    people = [Newcomer(email="b@example.org", ticket_type_id=free.pk), Newcomer(email="c@example.org")]
    outcomes = bulk_add(event_id=event.pk, people=people, actor=Actor.of(event.owner), at=later())
    assert [row.status for row in outcomes] == ["confirmed", "refused"]
    assert outcomes[1].reason == "This ticket costs money, so this person has to register and pay themselves."
    assert states(event) == {"ada@example.org": "cancelled", "b@example.org": "confirmed"}


def test_a_no_show_taken_back_finds_the_seat_of_a_hold_that_ran_out(api: Any) -> None:
    event = priced(capacity=1)
    row = RegistrationFactory(event=event, status="no_show")
    ask(api, event)
    at = later()
    set_no_show(event_id=event.pk, registration_id=row.pk, no_show=False, actor=Actor.of(event.owner), at=at)
    assert states(event) == {"ada@example.org": "cancelled", row.email: "confirmed"}
    assert counters(event) == (1, 0, 1)


def test_an_organizer_promotes_into_the_seat_of_a_hold_that_ran_out(api: Any) -> None:
    event = priced(capacity=1, waitlist_enabled=True, waitlist_auto_promote=False)
    ask(api, event)
    ask(api, event, "next@example.org")
    row = promote_next(event_id=event.pk, actor=Actor.of(event.owner), at=later())
    assert (row.email, row.status) == ("next@example.org", "pending")
    assert states(event) == {"ada@example.org": "cancelled", "next@example.org": "pending"}


def test_nobody_is_promoted_to_a_ticket_that_cannot_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    event = priced(capacity=1, waitlist_enabled=True)
    for number in range(2):
        join(event, f"p{number}@example.org")
    monkeypatch.setattr(ports, "_PAYMENTS", [])
    Event.objects.filter(pk=event.pk).update(capacity=2)
    assert promote_into_free_seats(event_id=event.pk, actor=SYSTEM, at=clock.now()) == 0
    assert queue(event) == ["p1@example.org"]


def test_a_hold_is_given_up_before_paying(api: Any) -> None:
    event = priced(capacity=1, waitlist_enabled=True)
    ask(api, event)
    ask(api, event, "next@example.org")
    row = Registration.objects.get(email="ada@example.org")
    with pytest.raises(NotFound):
        release_hold(registration_id=row.pk, actor=Actor.guest(email="eve@example.org"), at=clock.now())
    release_hold(registration_id=row.pk, actor=Actor.guest(email=row.email), at=clock.now())
    assert states(event) == {"ada@example.org": "cancelled", "next@example.org": "pending"}
    assert facts()[-2:] == ["registrations.hold_released", "registrations.hold_placed"]
    for verb in (release_hold, confirm_hold):
        with pytest.raises(NotHeld):
            verb(registration_id=row.pk, actor=SYSTEM, at=clock.now())
    assert counters(event) == (1, 0, 1)


def test_a_guest_who_comes_back_to_pay_gets_the_same_hold(api: Any) -> None:
    event = priced(capacity=1)
    first = ask(api, event).json()
    before = Registration.objects.values().get()
    again = api.post(register_url(event.pk), {"email": "ADA@example.org", "name": "Somebody else"})
    assert (again.status_code, again.json()) == (201, first)
    assert Registration.objects.values().get() == before
    assert facts() == ["registrations.hold_placed"]


def test_a_hold_for_another_ticket_is_not_told(api: Any) -> None:  # A36
    event = priced()
    free = event.ticket_types.create(name="Student", currency="USD")
    first = ask(api, event).json()
    stranger = ask(api, event, ticket_type=str(free.pk)).json()
    assert stranger["status"] == "confirmed"
    assert stranger["uuid"] != first["uuid"]
    assert not Registration.all_objects.filter(pk=stranger["uuid"]).exists()
    assert facts()[-1] == "registrations.registration_repeated"


def test_an_accounts_hold_is_answered_to_that_account_alone(api: Any, api_as: Any) -> None:  # A36
    event, user = priced(capacity=5), UserFactory()
    mine = api_as(user).post(register_url(event.pk), {}).json()
    assert mine["status"] == "pending"
    assert api_as(user).post(register_url(event.pk), {}).json() == mine
    stranger = ask(api, event, user.email).json()
    assert (stranger["status"], stranger["message"]) == (mine["status"], mine["message"])
    assert stranger["uuid"] != mine["uuid"]
    full = priced(capacity=1)
    api_as(user).post(register_url(full.pk), {})
    assert ask(api, full, user.email).json()["error"]["code"] == "EVENT_FULL"
    assert counters(full) == (1, 0, 1)


def test_a_paid_registration_is_not_told_to_a_stranger(api: Any) -> None:  # A36
    event = priced(capacity=1)
    ask(api, event)
    row = Registration.objects.get()
    confirm_hold(registration_id=row.pk, actor=SYSTEM, at=clock.now())
    assert ask(api, event).json()["error"]["code"] == "EVENT_FULL"
    assert states(event) == {"ada@example.org": "confirmed"}


def test_a_hold_is_shown_wherever_registrations_are(api: Any, api_as: Any, client: Client) -> None:
    event, user = priced(timezone="Europe/Berlin"), UserFactory()
    mine = api_as(user).post(register_url(event.pk), {}).json()
    row = Registration.objects.get()
    until = row.held_until.isoformat().replace("+00:00", "Z")
    own = api_as(user).get(f"/api/v1/users/me/registrations/{mine['uuid']}/").json()
    assert (own["status"], own["held_until"], own["can_cancel"]) == ("pending", until, True)
    assert (own["check_in_code"], own["zoom_join_url"]) == (None, None)
    organizer, rows = api_as(event.owner), f"/api/v1/events/{event.pk}/registrations/"
    assert [item["status"] for item in organizer.get(f"{rows}?status=pending").json()["results"]] == ["pending"]
    assert organizer.get(f"{rows}{row.pk}/").json()["held_until"] == until
    assert organizer.get(f"{rows}summary/").json()["pending"] == 1
    assert "pending" in organizer.get(f"{rows}export/").getvalue().decode()
    page = mint_guest_link(row, at=clock.now()).removeprefix("http://testserver").split("?")[0]
    text = client.get(page).text
    assert "Your place is held until it is paid" in text
    assert "(Europe/Berlin)" in text
    assert "data:image" not in text


def test_the_pages_hold_a_seat(client: Client) -> None:
    event = priced(capacity=1)
    assert "A place costs 50.00 USD" in client.get(f"/events/{event.slug}/").text
    form = {"full_name": "Ada", "email": "ada@example.org", "allow_public_verification": "on"}
    answer = client.post(f"/events/{event.slug}/", form, follow=True)
    assert "Your place is held until it is paid" in answer.text
    assert "Your place is kept" not in answer.text
    assert states(event) == {"ada@example.org": "pending"}


def test_a_hold_is_cancelled_like_any_registration(api: Any) -> None:
    event = priced(capacity=1)
    ask(api, event)
    row = Registration.objects.get()
    cancel_registration(registration_id=row.pk, actor=Actor.guest(email=row.email), at=clock.now())
    assert facts()[-1] == "registrations.registration_cancelled"
    assert counters(event) == (0, 0, 0)
    again = ask(api, event)
    assert again.json()["uuid"] == str(row.pk)
    assert states(event) == {"ada@example.org": "pending"}


@pytest.mark.parametrize("fields", [{"status": "pending", "held_until": None}, {"held_until": clock.now()}])
def test_the_database_keeps_pending_and_held_together(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory(**fields)
