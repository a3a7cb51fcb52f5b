"""The ledger: facts commit with their change, and every reaction is done once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import transaction

from lyceum.core.actors import Actor
from lyceum.core.ids import new_id
from lyceum.core.ledger import FactBase, publish, publish_many, reaction
from lyceum.core.ledger.delivering import MAX_ATTEMPTS, deliver_due
from lyceum.core.models import Delivery, Fact

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


@pytest.fixture(autouse=True)
def _empty() -> None:
    SEEN.clear()
    TROUBLE.clear()


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
