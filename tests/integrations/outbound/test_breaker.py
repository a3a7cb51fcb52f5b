"""A vendor in trouble is left alone for a while, by every worker, and then tried with one call."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from lyceum.integrations.outbound.models import Breaker, OutboundCall
from lyceum.integrations.outbound.services.breaker import THRESHOLD
from lyceum.integrations.outbound.services.call import call_due
from lyceum.integrations.outbound.services.request import request_call
from tests.integrations.outbound.vendor import Told, Vendor

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def ask(count: int, kind: str = "tests.create_meeting") -> None:
    with transaction.atomic():
        for number in range(count):
            request_call(kind=kind, args={"n": number}, at=AT)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def tried() -> int:
    return OutboundCall.objects.filter(attempts__gt=0).count()


@pytest.fixture
def opened(vendor: Vendor, told: Told) -> Vendor:
    """Ten calls, of which the first five failed."""
    vendor.answers.extend([(503, {})] * THRESHOLD)
    ask(10)
    call_due(AT)
    return vendor


def test_it_opens_after_failures_in_a_row(opened: Vendor) -> None:
    assert len(opened.keys) == 5
    assert (tried(), Breaker.objects.get().failures) == (5, 5)
    assert OutboundCall.objects.filter(lease_until__isnull=False).count() == 0


def test_while_it_is_open_calls_wait_untried(opened: Vendor) -> None:
    assert call_due(after(30)) == 0
    assert call_due(after(59)) == 0
    assert len(opened.keys) == 5
    assert tried() == 5


def test_half_open_it_lets_one_call_through_and_closes(opened: Vendor) -> None:
    assert call_due(after(70)) == 1
    breaker = Breaker.objects.get()
    assert (breaker.failures, breaker.open_until) == (0, None)
    assert call_due(after(70)) == 9


def test_a_failed_trial_opens_it_for_twice_as_long(opened: Vendor) -> None:
    opened.answers.append((503, {}))
    assert call_due(after(70)) == 1
    open_until = Breaker.objects.get().open_until
    assert open_until is not None
    assert after(190) <= open_until < after(200)
    assert call_due(after(189)) == 0
    assert call_due(after(201)) == 1


def test_it_stays_open_for_a_quarter_of_an_hour_at_most(opened: Vendor) -> None:
    Breaker.objects.update(failures=50)
    opened.answers.append((503, {}))
    call_due(after(70))
    open_until = Breaker.objects.get().open_until
    assert open_until is not None
    assert after(70 + 900) <= open_until < after(70 + 910)


def test_a_trial_whose_worker_died_is_taken_over(opened: Vendor) -> None:
    Breaker.objects.update(open_until=after(60))
    half_open = Breaker.objects.filter(open_until=after(60))
    assert half_open.update(open_until=after(180)) == 1  # Another worker took the trial, and was killed.
    assert call_due(after(179)) == 0
    assert call_due(after(180)) == 1


def test_other_vendors_are_called_meanwhile(opened: Vendor) -> None:
    ask(2, "tests.other_vendor")
    assert call_due(after(30)) == 2


def test_an_answer_in_between_sets_it_back(vendor: Vendor, told: Told) -> None:
    vendor.answers.extend([(503, {})] * 4 + [(200, {})] + [(503, {})] * 4)
    ask(9)
    assert call_due(AT) == 9
    assert Breaker.objects.get().open_until is None


def test_a_refusal_is_an_answer_too(vendor: Vendor, told: Told) -> None:
    vendor.answers.extend([(404, {})] * 6)
    ask(6)
    assert call_due(AT) == 6
    assert not Breaker.objects.exists()
