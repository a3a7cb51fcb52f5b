"""Whether there is room: the rule in Python, its twin in SQL, and who is next in line."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyceum.core import clock
from lyceum.events.models import Event, TicketType
from lyceum.events.models.event import HAS_FREE_SEATS
from lyceum.registrations.rules.availability import Availability, Offer
from lyceum.registrations.services.seats import take_seat_if_available
from tests.factories.registrations import OpenEventFactory

A, B = UUID(int=1), UUID(int=2)


def room(free_seats: int | None = None, **fields: Any) -> Availability:
    values: dict[str, Any] = {"free_tickets": {A: None, B: 1}, "waitlist_enabled": True, "waiting": 0}
    values |= {"waiting_ahead": 0, **fields}
    return Availability(free_seats=free_seats, **values)


@pytest.mark.parametrize(
    ("fields", "offer"),
    [
        ({}, Offer.SEAT),
        ({"free_seats": 1}, Offer.SEAT),
        ({"free_seats": 0}, Offer.WAITING_LIST),
        ({"free_seats": 0, "waitlist_enabled": False}, Offer.NOTHING),
        ({"free_seats": 1, "waiting": 1, "waiting_ahead": 1}, Offer.WAITING_LIST),
        ({"free_seats": 1, "waiting": 1, "waiting_ahead": 1, "waitlist_enabled": False}, Offer.SEAT),
        ({"free_seats": 1, "waiting": 1, "waiting_ahead": 0}, Offer.SEAT),
        ({"free_tickets": {A: 0}}, Offer.WAITING_LIST),
        ({"free_tickets": {A: 0}, "waitlist_enabled": False}, Offer.NOTHING),
    ],
)
def test_what_an_applicant_is_offered(fields: dict[str, Any], offer: Offer) -> None:  # A40 F02
    assert room(**fields).offer(A) is offer


def test_seats_and_tickets_are_counted_down() -> None:
    here = room(2)
    here.take_seat(B)
    assert (here.has_seat(B), here.has_seat(A)) == (False, True)
    here.take_seat(A)
    assert here.offer(A) is Offer.WAITING_LIST
    here.join_waiting_list(B)
    assert (here.waiting, here.waiting_ahead) == (1, 0)
    here.join_waiting_list(A)
    assert (here.waiting, here.waiting_ahead) == (2, 1)


def test_a_sold_out_ticket_is_passed_over_in_line() -> None:  # F02
    line: Any = [SimpleNamespace(ticket_type_id=key, name=name) for key, name in ((B, "b1"), (B, "b2"), (A, "a1"))]
    assert [row.name for row in room(2).next_in_line(line)] == ["b1", "a1"]
    assert [row.name for row in room(0).next_in_line(line)] == []


small = st.integers(min_value=0, max_value=3)
limit = st.none() | st.integers(min_value=1, max_value=3)


@pytest.mark.django_db
def test_the_rule_and_the_statement_say_the_same() -> None:
    """The conditional update sells a seat exactly when the rule offers one."""
    event, at = OpenEventFactory(), clock.now()
    ticket = event.ticket_types.create(name="Limited", currency="USD")

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(capacity=limit, taken=small, waiting=small, enabled=st.booleans(), quantity=limit, sold=small)
    def check(capacity: int | None, taken: int, waiting: int, enabled: bool, quantity: int | None, sold: int) -> None:
        enabled = enabled and capacity is not None
        taken = taken if capacity is None else min(taken, capacity)
        sold = sold if quantity is None else min(sold, quantity)
        counters = {"capacity": capacity, "seats_taken": taken, "waitlist_count": waiting, "waitlist_enabled": enabled}
        Event.objects.filter(pk=event.pk).update(**counters)
        TicketType.objects.filter(pk=ticket.pk).update(quantity=quantity, sold=sold)
        event.refresh_from_db()
        ticket.refresh_from_db()
        offered = Availability.of(event, [ticket]).offer(ticket.pk) is Offer.SEAT
        with transaction.atomic():
            assert take_seat_if_available(event_id=event.pk, ticket_type_id=ticket.pk, at=at) is offered
            transaction.set_rollback(True)
        assert Event.objects.filter(HAS_FREE_SEATS, pk=event.pk).exists() is (event.available_spots != 0)

    check()
