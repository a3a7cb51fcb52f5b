"""Seats and the waiting list under any sequence of what people do, against a model of five lines."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lyceum.core.actors import Actor
from lyceum.events.models import Event
from lyceum.registrations.errors import AlreadyCancelled, EmptyWaitlist, EventFull
from lyceum.registrations.models import Registration
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.promote import promote_into_free_seats, promote_next
from lyceum.registrations.services.recount import recount_seats
from lyceum.registrations.services.register import register
from tests.factories.registrations import OpenEventFactory
from tests.registrations.steps import counters, queue, states

pytestmark = pytest.mark.both_databases

PEOPLE = [f"p{number}@example.org" for number in range(7)]
SYSTEM = Actor.system()


class Places(RuleBasedStateMachine):
    """`seated` and `line` are what should be; the database is what is."""

    def __init__(self) -> None:
        super().__init__()
        self.event: Event = OpenEventFactory(capacity=2, waitlist_enabled=True)
        self.at = datetime.now(UTC)
        self.capacity, self.promotes = 2, True
        self.seated: set[str] = set()
        self.line: list[str] = []

    def _settle(self) -> None:
        while self.promotes and self.line and len(self.seated) < self.capacity:
            self.seated.add(self.line.pop(0))

    @rule(email=st.sampled_from(PEOPLE))
    def come(self, email: str) -> None:
        place = register(event_id=self.event.pk, actor=Actor.anonymous(), email=email, full_name="P", at=self.at)
        known = email in self.seated or email in self.line
        free = len(self.seated) < self.capacity and not self.line
        assert place.status == ("confirmed" if free else "waitlisted")
        assert place.position == (None if free else len(self.line) + 1)
        assert (place.registration is None) == known
        if not known:
            if free:
                self.seated.add(email)
            else:
                self.line.append(email)

    @rule(email=st.sampled_from(PEOPLE))
    def leave(self, email: str) -> None:
        row = Registration.objects.filter(event=self.event, email=email).first()
        if row is None:
            return
        if email not in self.seated and email not in self.line:
            with pytest.raises(AlreadyCancelled):
                cancel_registration(registration_id=row.pk, actor=SYSTEM, at=self.at)
            return
        cancel_registration(registration_id=row.pk, actor=SYSTEM, at=self.at)
        if email in self.line:
            self.line.remove(email)
        else:
            self.seated.remove(email)
        self._settle()

    @rule(more=st.integers(min_value=1, max_value=2))
    @precondition(lambda self: self.capacity < 6)
    def enlarge(self, more: int) -> None:
        self.capacity += more
        Event.objects.filter(pk=self.event.pk).update(capacity=self.capacity)
        promote_into_free_seats(event_id=self.event.pk, actor=SYSTEM, at=self.at)
        self._settle()

    @rule()
    def switch_promotion(self) -> None:
        self.promotes = not self.promotes
        Event.objects.filter(pk=self.event.pk).update(waitlist_auto_promote=self.promotes)
        promote_into_free_seats(event_id=self.event.pk, actor=SYSTEM, at=self.at)
        self._settle()

    @rule()
    def promote(self) -> None:
        if not self.line or len(self.seated) >= self.capacity:
            with pytest.raises(EventFull if self.line else EmptyWaitlist):
                promote_next(event_id=self.event.pk, actor=SYSTEM, at=self.at)
            return
        row = promote_next(event_id=self.event.pk, actor=SYSTEM, at=self.at)
        assert row.email == self.line[0]
        self.seated.add(self.line.pop(0))

    @invariant()
    def rows_and_counters_say_the_same(self) -> None:
        rows = states(self.event)
        assert {email for email, status in rows.items() if status == "confirmed"} == self.seated
        assert queue(self.event) == self.line
        assert counters(self.event) == (len(self.seated), len(self.line), len(self.seated))
        assert len(self.seated) <= self.capacity
        assert not recount_seats(event_id=self.event.pk)


@pytest.mark.django_db
def test_seats_and_queue_under_any_sequence() -> None:  # A19 A29 A37 A40 A41 A42 A43 F01 F02
    examples = 8 if connection.vendor == "postgresql" else 15
    options: dict[str, Any] = {"max_examples": examples, "stateful_step_count": 20, "deadline": None}
    run_state_machine_as_test(Places, settings=settings(**options, suppress_health_check=list(HealthCheck)))
