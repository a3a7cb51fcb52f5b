"""Many at once, on PostgreSQL. Each of these fails when its lock or its condition is taken away."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.models import Fact
from lyceum.events.models import Event
from lyceum.registrations import ports
from lyceum.registrations.models import Registration
from lyceum.registrations.services.bulk_add import Newcomer, bulk_add
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.consent import set_verification_consent
from lyceum.registrations.services.describe import describe_registration
from lyceum.registrations.services.give_name import give_name
from lyceum.registrations.services.holds import confirm_hold, release_due_holds
from lyceum.registrations.services.link_to_account import link_guest_rows
from lyceum.registrations.services.promote import promote_into_free_seats, promote_next
from lyceum.registrations.services.recount import recount_seats
from lyceum.registrations.services.register import register
from tests.factories.accounts import UserFactory
from tests.factories.registrations import OpenEventFactory, RegistrationFactory
from tests.registrations.steps import counters, join, queue, register_url, states

HOLD = timedelta(minutes=30)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def payments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody takes money for every event."""
    monkeypatch.setattr(ports, "_PAYMENTS", [lambda event_id: True])


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all calls at the same moment; return each one's value, or its refusal's code."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def counted(event: Event) -> tuple[int, int, int]:
    rows = Counter(states(event).values())
    return rows["confirmed"], rows["waitlisted"], rows["confirmed"]


def test_forty_five_at_once_for_thirty_seats() -> None:  # A37 A40
    event = OpenEventFactory(capacity=30, waitlist_enabled=True)
    users = UserFactory.create_batch(22)

    def post(number: int) -> Callable[[], Any]:
        def call() -> Any:
            client = APIClient()
            if number < 22:
                client.force_authenticate(user=users[number])
            body = {} if number < 22 else {"email": f"guest{number}@example.net", "name": "Guest"}
            answer = client.post(register_url(event.pk), body)
            return answer.status_code, answer.json()

        return call

    answers = at_once([post(number) for number in range(45)])
    assert Counter(code for code, _ in answers) == {201: 45}
    assert Counter(body["status"] for _, body in answers) == {"confirmed": 30, "waitlisted": 15}
    assert sorted(body["waitlist_position"] for _, body in answers if body["status"] == "waitlisted") == list(
        range(1, 16)
    )
    assert counters(event) == counted(event) == (30, 15, 30)
    assert Registration.objects.filter(event=event).values("email").distinct().count() == 45
    assert list(Registration.objects.waiting().values_list("waitlist_sequence", flat=True)) == list(range(1, 16))
    assert Fact.objects.filter(name="registrations.registration_confirmed").count() == 30


def test_one_address_many_times_at_once() -> None:  # A18 A39
    event = OpenEventFactory(capacity=1, waitlist_enabled=True)
    at_once([lambda: join(event, "ada@example.org")] * 8)
    assert states(event) == {"ada@example.org": "confirmed"}
    assert counters(event) == (1, 0, 1)


def test_the_same_crowd_twice_at_once_at_a_full_house() -> None:
    event = OpenEventFactory(capacity=2, waitlist_enabled=True)
    addresses = [f"p{number}@example.org" for number in range(6)]
    at_once([lambda email=email: join(event, email) for email in addresses * 2])
    assert sorted(states(event)) == addresses
    assert counters(event) == counted(event) == (2, 4, 2)


def test_the_person_and_the_organizer_give_a_name_at_once() -> None:
    event = OpenEventFactory()
    for turn in range(5):
        row = RegistrationFactory(event=event, full_name="", source="organizer_added")
        one = {"registration_id": row.pk, "at": clock.now()}
        person = partial(give_name, full_name="Ada", actor=Actor.guest(email=row.email), **one)
        organizer = partial(
            describe_registration, event_id=event.pk, full_name="Grace", actor=Actor.of(event.owner), **one
        )
        answers = at_once([person, organizer])
        row.refresh_from_db()
        # Either the person was first, whose name stands, or the organizer was, and there was nothing to ask any more.
        assert (row.full_name, answers[1] == "NAME_STANDS") in (("Ada", True), ("Grace", False)), turn
        assert Fact.objects.filter(name="registrations.registration_named", about_id=row.pk).count() == 1


def test_consent_said_many_times_at_once_is_said_once() -> None:
    row = RegistrationFactory()
    say = partial(set_verification_consent, registration_id=row.pk, allowed=False, actor=Actor.guest(email=row.email))
    at_once([partial(say, at=clock.now())] * 4)
    assert Fact.objects.filter(name="registrations.verification_consent_set").count() == 1


def test_an_address_verified_twice_at_once_is_linked_once() -> None:
    user = UserFactory()
    RegistrationFactory(email=user.email)
    assert sorted(at_once([partial(link_guest_rows, user_id=user.pk, at=clock.now())] * 3)) == [0, 0, 1]
    assert Fact.objects.filter(name="registrations.registration_linked").count() == 1


def test_an_address_typed_while_its_owner_registers_has_one_place() -> None:  # A18 A36
    for turn in range(5):
        event, user = OpenEventFactory(), UserFactory()
        add = partial(bulk_add, event_id=event.pk, people=[Newcomer(email=user.email)], actor=Actor.of(event.owner))
        own = partial(register, event_id=event.pk, actor=Actor.of(user))
        at_once([partial(add, at=clock.now()), partial(own, at=clock.now())])
        [row] = Registration.objects.filter(event=event)
        assert (row.status, row.user_id, counters(event)[0]) == ("confirmed", user.pk, 1), turn


def test_a_double_cancel_frees_one_seat() -> None:  # A41 A42
    event = OpenEventFactory(capacity=1, waitlist_enabled=True)
    first = join(event, "first@example.org")
    for number in range(3):
        join(event, f"w{number}@example.org")

    def cancel() -> Any:
        return cancel_registration(registration_id=first.registration.pk, actor=Actor.system(), at=clock.now()).status

    results = at_once([cancel] * 4)
    assert Counter(results) == {"cancelled": 1, "ALREADY_CANCELLED": 3}
    assert queue(event) == ["w1@example.org", "w2@example.org"]
    assert counters(event) == (1, 2, 1)


def test_two_promotes_promote_two_people_into_two_seats() -> None:  # A29
    event = OpenEventFactory(capacity=2, waitlist_enabled=True, waitlist_auto_promote=False)
    places = [join(event, f"p{number}@example.org") for number in range(6)]
    for place in places[:2]:
        cancel_registration(registration_id=place.registration.pk, actor=Actor.system(), at=clock.now())

    def promote() -> Any:
        return promote_next(event_id=event.pk, actor=Actor.system(), at=clock.now()).email

    assert Counter(at_once([promote] * 4)) == {"p2@example.org": 1, "p3@example.org": 1, "EVENT_FULL": 2}
    assert queue(event) == ["p4@example.org", "p5@example.org"]
    assert counters(event) == (2, 2, 2)


def test_cancelling_promoting_and_registering_together() -> None:  # A43
    event = OpenEventFactory(capacity=5, waitlist_enabled=True)
    places = [join(event, f"p{number:02}@example.org") for number in range(12)]

    def cancel(index: int) -> Callable[[], Any]:
        key = places[index].registration.pk
        return lambda: cancel_registration(registration_id=key, actor=Actor.system(), at=clock.now()).status

    def fill() -> Any:
        return promote_into_free_seats(event_id=event.pk, actor=Actor.system(), at=clock.now())

    newcomers = [lambda number=number: join(event, f"n{number}@example.org").status for number in range(4)]
    results = at_once([*[cancel(index) for index in (0, 1, 2, 6, 11)], fill, fill, *newcomers])
    assert not set(results) & {"EVENT_FULL", "ALREADY_REGISTERED"}
    rows = states(event)
    assert [email for email in sorted(rows) if rows[email] == "confirmed"] == [
        "p03@example.org",
        "p04@example.org",
        "p05@example.org",
        "p07@example.org",
        "p08@example.org",
    ]
    assert queue(event)[:2] == ["p09@example.org", "p10@example.org"]
    assert counters(event) == counted(event) == (5, 6, 5)


def test_a_list_and_its_people_at_once() -> None:  # A21 A23
    event = OpenEventFactory(capacity=10, waitlist_enabled=True)
    emails = [f"p{number:02}@example.org" for number in range(20)]
    owner = Actor.of(event.owner)

    def bulk(order: list[str]) -> Callable[[], Any]:
        people = [Newcomer(email=email) for email in order]
        return lambda: len(bulk_add(event_id=event.pk, people=people, actor=owner, at=clock.now()))

    singles = [lambda email=email: join(event, email).status for email in emails[:6]]
    results = at_once([bulk(emails), bulk(emails[::-1]), *singles])
    assert results[:2] == [20, 20]
    assert sorted(states(event)) == emails
    assert counters(event) == counted(event) == (10, 10, 10)


def hold(event: Event, email: str, *, until: datetime) -> Registration:
    """A held seat, taken by the verb."""
    row = join(event, email, at=until - HOLD).registration
    assert row is not None
    assert row.held_until == until
    return row


def test_two_people_for_the_seat_of_a_hold_that_ran_out(payments: None) -> None:
    at = clock.now()
    for _ in range(10):
        event = OpenEventFactory(capacity=1, price_minor=5000)
        hold(event, "late@example.org", until=at)
        ask = partial(join, event, at=at)
        calls = [lambda email=email, ask=ask: ask(email).status for email in ("a@example.org", "b@example.org")]
        assert Counter(at_once(calls)) == {"pending": 1, "EVENT_FULL": 1}
        assert Counter(states(event).values())["pending"] == 1
        assert counters(event) == (1, 0, 1)
        assert not recount_seats(event_id=event.pk)


def test_paying_against_the_sweep(payments: None) -> None:
    at = clock.now()
    event = OpenEventFactory(price_minor=5000)
    rows = [hold(event, f"p{number:02}@example.org", until=at) for number in range(24)]

    def confirm(row: Registration) -> Callable[[], Any]:
        return lambda: confirm_hold(registration_id=row.pk, actor=Actor.system(), at=at).status

    def sweep() -> Any:
        return release_due_holds(at)

    results = Counter(at_once([*[confirm(row) for row in rows], *[confirm(row) for row in rows[:6]], sweep, sweep]))
    after = Counter(states(event).values())
    assert after["confirmed"] + after["cancelled"] == 24
    facts = Counter(Fact.objects.values_list("name", flat=True))
    assert facts["registrations.registration_confirmed"] == after["confirmed"]
    assert facts["registrations.hold_expired"] == after["cancelled"]
    assert results["confirmed"] + results["NOT_HELD"] == 30
    assert counters(event) == (after["confirmed"], 0, after["confirmed"])
    assert not recount_seats(event_id=event.pk)


def test_the_database_itself_refuses_a_seat_too_many() -> None:
    event = OpenEventFactory(capacity=1)
    join(event, "a@example.org")
    with connection.cursor() as cursor, pytest.raises(Exception, match="event_seats_within_capacity"):
        cursor.execute("UPDATE events_event SET seats_taken = 2 WHERE id = %s", [event.pk])
