"""Several workers at the same calls; row locks exist on PostgreSQL only."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from lyceum.integrations.outbound.models import Breaker, OutboundCall
from lyceum.integrations.outbound.services.breaker import THRESHOLD
from lyceum.integrations.outbound.services.call import call_due
from lyceum.integrations.outbound.services.hand_over import hand_over_due
from lyceum.integrations.outbound.services.request import request_call
from tests.integrations.outbound.vendor import Told, Vendor
from tests.workers import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
WORKERS = 6


def ask(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            request_call(kind="tests.create_meeting", args={"n": number}, at=AT)


def all_calls() -> int:
    done = 0
    while tried := call_due(AT):
        done += tried
    return done


def test_two_workers_never_make_one_call(vendor: Vendor, told: Told) -> None:
    ask(60)
    assert sum(at_once(all_calls, WORKERS)) == 60
    assert Counter(vendor.keys) == {str(pk): 1 for pk in OutboundCall.objects.values_list("pk", flat=True)}
    assert set(OutboundCall.objects.values_list("status", "attempts")) == {("answered", 1)}
    assert vendor.most_at_once > 1


def test_each_answer_is_handed_over_once(vendor: Vendor, told: Told) -> None:
    ask(40)
    all_calls()
    assert sum(at_once(lambda: hand_over_due(AT), WORKERS)) == 40
    assert len(told.answers) == 40
    assert set(OutboundCall.objects.values_list("status", "answer_attempts")) == {("completed", 1)}


def test_one_worker_alone_gets_the_trial(vendor: Vendor, told: Told) -> None:
    ask(20)
    Breaker.objects.create(vendor="tests", failures=THRESHOLD, open_until=AT - timedelta(seconds=1))
    vendor.hang = 0.3
    vendor.answers.append((503, {}))
    assert sum(at_once(lambda: call_due(AT), WORKERS)) == 1
    assert len(vendor.keys) == 1
    assert OutboundCall.objects.filter(attempts__gt=0).count() == 1


def test_failures_of_many_workers_are_all_counted(vendor: Vendor, told: Told) -> None:
    vendor.answers.extend([(503, {})] * 4)
    ask(4)
    at_once(lambda: call_due(AT), 4)
    assert Breaker.objects.get().failures == 4


def test_of_equal_requests_at_once_one_stays(vendor: Vendor, told: Told) -> None:
    def ask_once() -> bool:
        with transaction.atomic():
            return request_call(kind="tests.create_meeting", args={}, dedupe_key="k", at=AT) is not None

    assert sorted(at_once(ask_once, WORKERS)) == [False] * (WORKERS - 1) + [True]
    assert OutboundCall.objects.count() == 1
