"""The ledger: facts commit with their change, and every reaction is done once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.ids import new_id
from lyceum.core.ledger import FactBase, delivering, publish, publish_many, reaction
from lyceum.core.ledger.delivering import DELIVERIES, MAX_ATTEMPTS, deliver_due, retry_deliveries
from lyceum.core.models import Delivery, Fact

pytestmark = pytest.mark.both_databases

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SEEN: list[UUID] = []
TROUBLE: list[Exception] = []


@dataclass(frozen=True)
class LampLit(FactBase):
    name: ClassVar[str] = "tests.lamp_lit"
    lamp_id: UUID
    at: datetime


@reaction(LampLit, name="tests.see")
def see(fact: LampLit, *, at: datetime) -> None:
    Fact.objects.create(name="tests.written_by_reaction", actor_kind="system", occurred_at=at)
    if TROUBLE:
        raise TROUBLE[0]
    SEEN.append(fact.lamp_id)


@dataclass(frozen=True)
class BellRung(FactBase):
    name: ClassVar[str] = "tests.bell_rung"
    bell: str


HEARD: list[list[str]] = []


@reaction(BellRung, name="tests.hear", many=True)
def hear(facts: Sequence[BellRung], *, at: datetime) -> None:
    Fact.objects.create(name="tests.written_by_reaction", actor_kind="system", occurred_at=at)
    if "cracked" in [fact.bell for fact in facts]:
        raise ValueError("cracked")
    HEARD.append([fact.bell for fact in facts])


@pytest.fixture(autouse=True)
def _empty() -> None:
    SEEN.clear()
    TROUBLE.clear()
    HEARD.clear()


def ring(*bells: str) -> None:
    publish_many([(BellRung(bell=bell), new_id()) for bell in bells], actor=Actor.system(), at=AT)


@pytest.mark.django_db
def test_facts_that_are_due_together_are_reacted_to_together() -> None:
    ring(*"abcdefg")
    assert deliver_due(AT) == 7
    assert HEARD == [["a"], ["b", "c"], ["d", "e", "f", "g"]]
    assert set(Delivery.objects.values_list("status", "attempts", "done_at")) == {("done", 1, AT)}
    assert deliver_due(AT) == 0


@pytest.mark.django_db
def test_one_that_fails_among_many_holds_up_nobody_and_leaves_nothing() -> None:
    ring("a", "b", "c", "d", "cracked", "e", "f")
    assert deliver_due(AT) == 7
    assert HEARD == [["a"], ["b", "c"], ["d"], ["e"], ["f"]]
    assert Fact.objects.filter(name="tests.written_by_reaction").count() == len(HEARD)
    [failed] = Delivery.objects.exclude(status="done")
    assert (failed.fact.data, failed.attempts, failed.status) == ({"bell": "cracked"}, 1, "pending")
    assert failed.error == "ValueError"


def light() -> UUID:
    lamp = new_id()
    publish(LampLit(lamp_id=lamp, at=AT), actor=Actor.system(), about=lamp, at=AT)
    return lamp


@pytest.mark.django_db
def test_a_fact_is_written_with_its_delivery_and_done_once() -> None:
    lamp = light()
    assert deliver_due(AT) == 1
    assert [lamp] == SEEN
    assert deliver_due(AT) == 0
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.done_at) == ("done", 1, AT)


@pytest.mark.django_db(transaction=True)
def test_a_fact_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        light()
    assert Fact.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_announces_nothing() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        light()
        raise ZeroDivisionError
    assert (Fact.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_failing_reaction_leaves_nothing_half_done_and_is_retried_later() -> None:
    TROUBLE.append(ValueError("anna@example.org is private"))
    lamp = light()
    assert deliver_due(AT) == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.error) == ("pending", 1, "ValueError")
    assert delivery.due_at == AT + timedelta(seconds=10)
    assert not Fact.objects.filter(name="tests.written_by_reaction").exists()
    TROUBLE.clear()
    assert deliver_due(AT + timedelta(seconds=9)) == 0
    assert deliver_due(AT + timedelta(seconds=10)) == 1
    assert [lamp] == SEEN


@pytest.mark.django_db
def test_after_twelve_attempts_an_operator_looks() -> None:
    TROUBLE.append(ValueError())
    light()
    at = AT
    for _ in range(MAX_ATTEMPTS):
        deliver_due(at)
        at += timedelta(hours=1)
    assert Delivery.objects.get().status == "dead"
    assert deliver_due(at) == 0


@pytest.mark.django_db
def test_many_facts_take_two_inserts(django_assert_num_queries: object) -> None:
    items = [(LampLit(lamp_id=new_id(), at=AT), None) for _ in range(100)]
    with django_assert_num_queries(2):  # type: ignore[operator]
        publish_many(items, actor=Actor.system(), at=AT)
    assert deliver_due(AT) == 100
    assert [fact.lamp_id for fact, _ in items] == SEEN


class Killed(BaseException):
    """Stands for a signal that ends the worker: nothing may catch it."""


@pytest.mark.django_db
def test_a_reaction_that_kills_its_worker_is_given_up() -> None:
    TROUBLE.append(Killed())  # type: ignore[arg-type]
    light()
    with time_machine.travel(AT, tick=False) as traveller:
        for number in range(MAX_ATTEMPTS):
            traveller.move_to(AT + number * DELIVERIES.duration)
            with pytest.raises(Killed):
                deliver_due(AT)
            # Its lease still runs: nobody knows yet that the worker is dead.
            assert deliver_due(AT) == 0
        traveller.move_to(AT + MAX_ATTEMPTS * DELIVERIES.duration)
        assert deliver_due(AT) == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error, delivery.due_at, delivery.lease_until) == (
        "dead",
        "WorkerDied",
        None,
        None,
    )
    assert SEEN == []


@pytest.mark.django_db
def test_a_reaction_whose_claim_was_lost_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    light()
    react = delivering._react

    def overtaken(delivery: Delivery, at: datetime) -> None:
        react(delivery, at)
        Delivery.objects.update(attempts=2)

    monkeypatch.setattr(delivering, "_react", overtaken)
    assert deliver_due(AT) == 1
    assert not Fact.objects.filter(name="tests.written_by_reaction").exists()
    assert Delivery.objects.get().status == "pending"


@pytest.mark.django_db
def test_a_slow_worker_gives_back_what_it_has_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    lamps = [light() for _ in range(7)]
    seconds = [0.0]
    react = delivering._react

    def slowly(delivery: Delivery, at: datetime) -> None:
        seconds[0] += 5
        react(delivery, at)

    monkeypatch.setattr("lyceum.core.work.batches.monotonic", lambda: seconds[0])
    monkeypatch.setattr(delivering, "_react", slowly)
    # Of the second claim, which takes two, it begins one.
    assert deliver_due(AT) == 2
    assert lamps[:2] == SEEN
    rest = Delivery.objects.filter(status="pending")
    assert list(rest.values_list("attempts", "lease_until")) == [(0, None)] * 5


@pytest.mark.django_db
def test_an_operator_gives_new_attempts_but_not_to_what_is_running() -> None:
    light()
    running = Delivery.objects.get()
    lease = clock.real_now() + timedelta(seconds=60)
    Delivery.objects.update(attempts=3, lease_until=lease)
    assert retry_deliveries(ids=[running.pk], at=AT) == 0
    Delivery.objects.update(status="dead", due_at=None, lease_until=None)
    assert retry_deliveries(ids=[running.pk], at=AT) == 1
    running.refresh_from_db()
    assert (running.status, running.attempts, running.due_at) == ("pending", 0, AT)
