"""Leases: a row of due work is one worker's for a while, and tried a bounded number of times."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lyceum.core.models import Delivery, Fact, Job
from lyceum.core.work.leases import (
    LeasePolicy,
    claim,
    exhausted,
    extend,
    finish,
    finish_many,
    held,
    postpone,
    release,
    requeue,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
POLICY = LeasePolicy(
    batch=3,
    duration=timedelta(seconds=60),
    max_attempts=2,
    back_off=lambda attempt: timedelta(seconds=10 * attempt),
)


@pytest.fixture(autouse=True)
def real_time() -> Any:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def queue(count: int = 1, *, due: datetime = AT) -> list[Delivery]:
    fact = Fact.objects.create(name="tests.leased", actor_kind="system", occurred_at=AT)
    return [
        Delivery.objects.create(fact=fact, reaction=f"tests.{due:%H%M%S}_{number}", due_at=due)
        for number in range(count)
    ]


def take(at: datetime = AT, **options: Any) -> list[Delivery]:
    return claim(Delivery.objects.all(), POLICY, at=at, **options)


def columns(row: Delivery) -> tuple[Any, ...]:
    row = Delivery.objects.get(pk=row.pk)
    return row.attempts, row.due_at, row.lease_until


def test_a_claim_takes_a_batch_the_oldest_due_first() -> None:
    later, sooner = queue(2), queue(2, due=AT - timedelta(seconds=1))
    queue(1, due=AT + timedelta(seconds=1))
    assert [row.pk for row in take()] == [sooner[0].pk, sooner[1].pk, later[0].pk]
    assert [row.pk for row in take()] == [later[1].pk]
    assert take() == []


def test_a_claim_counts_the_attempt_and_returns_what_it_wrote() -> None:
    [row] = queue()
    [claimed] = take(error="claimed")
    assert (claimed.attempts, claimed.lease_until, claimed.error) == (1, AT + timedelta(seconds=60), "claimed")
    assert columns(row) == (1, AT, AT + timedelta(seconds=60))
    assert Delivery.objects.get().error == "claimed"


def test_a_limit_takes_fewer_and_never_more_than_a_batch() -> None:
    queue(5)
    assert len(take(limit=1)) == 1
    assert len(take(limit=10)) == 3


def test_nothing_due_takes_no_write_lock(django_assert_num_queries: Any) -> None:
    queue(1, due=AT + timedelta(seconds=1))
    with django_assert_num_queries(1):
        assert take() == []


def test_a_lease_ends_on_the_real_clock_only(real_time: Any) -> None:
    queue()
    take()
    assert take(at=AT + timedelta(days=1)) == []
    real_time.move_to(AT + timedelta(seconds=59))
    assert take() == []
    real_time.move_to(AT + timedelta(seconds=60))
    assert [row.attempts for row in take()] == [2]


def test_rows_of_a_dead_worker_are_taken_alone(real_time: Any) -> None:
    rows = queue(3)
    assert len(take()) == 3
    real_time.move_to(AT + timedelta(seconds=60))
    queue(1)
    # Whichever of them killed the worker, the others lose no second attempt to it.
    assert [[row.pk for row in take()] for _ in range(3)] == [[row.pk] for row in rows]
    assert len(take()) == 1


def test_fresh_rows_are_taken_without_those_of_a_dead_worker(real_time: Any) -> None:
    [abandoned] = queue()
    take()
    real_time.move_to(AT + timedelta(seconds=60))
    older = queue(2, due=AT - timedelta(seconds=1))
    assert [row.pk for row in take()] == [row.pk for row in older]
    assert [row.pk for row in take()] == [abandoned.pk]


def test_work_that_kills_its_workers_is_claimed_once_more_to_be_given_up(real_time: Any) -> None:
    queue()
    given_up = []
    for number in range(3):
        real_time.move_to(AT + number * timedelta(seconds=60))
        given_up += [exhausted(row, POLICY) for row in take()]
    assert given_up == [False, False, True]


def test_finishing_leaves_nothing_to_do() -> None:
    [row] = queue()
    [claimed] = take()
    assert finish(claimed, POLICY, status="done", done_at=AT) is True
    assert columns(row) == (1, None, None)
    assert (claimed.status, claimed.due_at) == ("done", None)
    assert take(at=AT + timedelta(days=9)) == []


def test_a_failure_waits_and_the_last_one_gives_up() -> None:
    [row] = queue()
    [claimed] = take()
    assert postpone(claimed, POLICY, at=AT, when_given_up={"status": "dead"}, error="first") is False
    assert columns(row) == (1, AT + timedelta(seconds=10), None)
    assert take(at=AT + timedelta(seconds=9)) == []
    [claimed] = take(at=AT + timedelta(seconds=10))
    assert postpone(claimed, POLICY, at=AT, when_given_up={"status": "dead"}, error="second") is True
    assert columns(row) == (2, None, None)
    assert (claimed.status, claimed.error) == ("dead", "second")


def test_a_lost_claim_writes_nothing(real_time: Any) -> None:
    [row] = queue()
    [slow] = take()
    real_time.move_to(AT + timedelta(seconds=60))
    [quick] = take()
    taken_over = columns(row)
    assert held(slow, POLICY).exists() is False
    assert held(quick, POLICY).exists() is True
    assert finish(slow, POLICY, status="done") is False
    assert postpone(slow, POLICY, at=AT, status="dead") is False
    assert extend(slow, POLICY) is False
    release([slow], POLICY)
    assert columns(row) == taken_over == (2, AT, AT + timedelta(seconds=120))
    assert Delivery.objects.get().status == "pending"


def test_a_claim_from_before_a_new_count_writes_nothing(real_time: Any) -> None:
    [row] = queue()
    [stalled] = take()
    real_time.move_to(AT + timedelta(seconds=60))
    [second] = take()
    finish(second, POLICY, status="dead")
    requeue(Delivery.objects.all(), POLICY, at=AT, status="pending")
    [anew] = take()
    assert (stalled.attempts, anew.attempts) == (1, 1)
    assert finish(stalled, POLICY, status="done") is False
    assert columns(row) == (1, AT, AT + timedelta(seconds=120))
    assert finish(anew, POLICY, status="done") is True


def test_what_a_failed_commit_undoes_can_still_be_postponed() -> None:
    [row] = queue()
    [claimed] = take()
    with pytest.raises(IntegrityError), transaction.atomic():
        assert finish(claimed, POLICY, status="done") is True
        raise IntegrityError
    assert columns(row) == (1, AT, AT + timedelta(seconds=60))
    assert postpone(claimed, POLICY, at=AT, error="It was undone.") is False
    assert columns(row) == (1, AT + timedelta(seconds=10), None)
    assert Delivery.objects.get().error == "It was undone."
    assert finish(claimed, POLICY, status="done") is False


def test_a_batch_is_finished_with_two_statements_except_what_was_lost(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        Job.objects.create(kind="tests.leased", due_at=AT)
    first, lost, third = claimed = claim(Job.objects.all(), POLICY, at=AT)
    Job.objects.filter(pk=lost.pk).update(lease_until=AT + timedelta(seconds=90))
    for number, row in enumerate(claimed):
        row.status, row.error = Job.Status.COMPLETED, f"said {number}"
    with django_assert_num_queries(4):  # the savepoint, its end, and two
        assert finish_many(claimed, POLICY, ("status", "error"), at=AT + timedelta(seconds=5)) == [first, third]
    rows = Job.objects.order_by("pk").values_list("status", "error", "attempts", "due_at", "lease_until")
    assert list(rows) == [
        ("completed", "said 0", 1, None, None),
        ("queued", "", 1, AT, AT + timedelta(seconds=90)),
        ("completed", "said 2", 1, None, None),
    ]
    assert set(Job.objects.filter(status="completed").values_list("updated_at", flat=True)) == {
        AT + timedelta(seconds=5)
    }
    assert finish_many(claimed, POLICY, ("status",), at=AT) == []
    assert finish_many([], POLICY, ("status",), at=AT) == []


def test_long_work_keeps_its_lease(real_time: Any) -> None:
    [row] = queue()
    [claimed] = take()
    real_time.move_to(AT + timedelta(seconds=50))
    assert extend(claimed, POLICY, error="half-way") is True
    assert columns(row) == (1, AT, AT + timedelta(seconds=110))
    real_time.move_to(AT + timedelta(seconds=70))
    assert take() == []
    assert Delivery.objects.get().error == "half-way"


def test_what_was_not_begun_is_given_back_without_an_attempt() -> None:
    [row] = queue()
    release(take(), POLICY)
    assert columns(row) == (0, AT, None)


def test_new_attempts_leave_out_what_a_worker_has() -> None:
    given_up, running = queue(2)
    [first] = take(limit=1)
    finish(first, POLICY, status="dead")
    take()
    later = AT + timedelta(hours=1)
    assert requeue(Delivery.objects.all(), POLICY, at=later, status="pending") == 1
    assert columns(given_up) == (0, later, None)
    assert columns(running) == (1, AT, AT + timedelta(seconds=60))
