"""Working on stored deliveries: once, by schedule, and visibly where it fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from lyceum.core import clock
from lyceum.integrations.inbound import ports as handlers
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import Outcome
from lyceum.integrations.inbound.services import process as processing
from lyceum.integrations.inbound.services.process import process_backlog, process_due_deliveries
from lyceum.integrations.inbound.services.purge import purge_deliveries
from lyceum.integrations.inbound.services.replay import replay_deliveries
from lyceum.integrations.zoom.rules.payload import ZoomDelivery
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
KIND = "tests.happened"


class Work:
    """A handler that does what the test wants."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.fails = 0
        self.outcome = Outcome()

    def __call__(self, delivery: ZoomDelivery, *, at: datetime) -> Outcome:
        self.seen.append(delivery.meeting_id)
        if self.fails:
            self.fails -= 1
            raise ValueError(delivery.participant and delivery.participant.email)
        return self.outcome


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    found = Work()
    monkeypatch.setitem(handlers._HANDLERS, ("zoom", KIND), found)
    return found


def stored(number: int = 1, *, due: datetime | None = AT, **more: Any) -> InboundDelivery:
    payload = {"event": KIND, "payload": {"object": {"id": number, "participant": {"email": "a@example.org"}}}}
    more.setdefault("received_at", AT)
    return InboundDelivery.objects.create(
        source="zoom",
        external_id=f"{number}-{InboundDelivery.objects.count()}",
        event_type=KIND,
        occurred_at=AT,
        subject=str(number),
        payload=payload,
        due_at=due,
        **more,
    )


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_delivery_is_done_once(work: Work) -> None:
    row = stored()
    assert process_due_deliveries(AT) == 1
    assert process_due_deliveries(after(9999)) == 0
    row.refresh_from_db()
    assert (row.status, row.attempts, row.processed_at) == ("completed", 1, AT)
    assert work.seen == ["1"]
    assert "a@example.org" not in str(row.payload)  # B08


def test_the_oldest_comes_first(work: Work) -> None:
    stored(3, due=after(-10))  # B14
    stored(1, due=after(-30))
    stored(2, due=after(-20))
    process_due_deliveries(AT)
    assert work.seen == ["1", "2", "3"]


def test_three_attempts_by_schedule(work: Work) -> None:
    work.fails = 3  # B14
    row = stored()
    process_due_deliveries(AT)
    row.refresh_from_db()
    assert (row.status, row.due_at) == ("failed", after(60))
    assert row.error_message == "ValueError"  # B08, B15: the kind of error, never its text
    assert "a@example.org" not in row.error_traceback
    assert "in __call__" in row.error_traceback
    assert process_due_deliveries(after(59)) == 0
    assert process_due_deliveries(after(60)) == 1
    row.refresh_from_db()
    assert row.due_at == after(660)
    assert process_due_deliveries(after(660)) == 1
    row.refresh_from_db()
    assert (row.status, row.due_at) == ("failed", None)
    assert process_due_deliveries(after(10**7)) == 0
    assert len(work.seen) == 3


def test_a_failed_one_can_be_replayed(work: Work) -> None:
    work.fails = 3
    row = stored()
    for seconds in (0, 60, 660):
        process_due_deliveries(after(seconds))
    assert replay_deliveries(ids=[row.pk], at=after(700)) == 1
    process_due_deliveries(after(700))
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error_message) == ("completed", 1, "")
    assert replay_deliveries(ids=[row.pk], at=after(800)) == 0


def test_one_failure_leaves_the_others_alone(work: Work) -> None:
    work.fails = 1
    stored(1, due=after(-2)), stored(2, due=after(-1))
    assert process_due_deliveries(AT) == 2
    assert list(InboundDelivery.objects.order_by("subject").values_list("status", flat=True)) == [
        "failed",
        "completed",
    ]


def test_a_worker_that_died_is_replaced(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    row = stored(status="processing", attempts=1, lease_until=after(300))  # B12, H04
    monkeypatch.setattr(clock, "real_now", lambda: after(299))
    assert process_due_deliveries(after(299)) == 0
    monkeypatch.setattr(clock, "real_now", lambda: after(300))
    assert process_due_deliveries(after(300)) == 1
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("completed", 2)


def test_what_kills_its_workers_is_given_up(work: Work) -> None:
    row = stored(status="processing", attempts=3, lease_until=AT)
    process_due_deliveries(AT)
    row.refresh_from_db()
    assert (row.status, row.due_at, work.seen) == ("failed", None, [])


def test_a_lost_claim_undoes_the_work(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    row = stored()  # B13

    def slow(delivery: ZoomDelivery, *, at: datetime) -> Outcome:
        InboundDelivery.objects.filter(pk=row.pk).update(attempts=2)
        stored(77, due=None)
        return Outcome()

    monkeypatch.setitem(handlers._HANDLERS, ("zoom", KIND), slow)
    process_due_deliveries(AT)
    row.refresh_from_db()
    assert row.status == "processing"
    assert not InboundDelivery.objects.filter(subject="77").exists()


def test_a_skipped_one_says_why(work: Work) -> None:
    work.outcome = Outcome(skipped="Nobody knows this meeting.", may_come_later=True)  # B11
    row = stored()
    process_due_deliveries(AT)
    row.refresh_from_db()
    assert (row.status, row.error_message) == ("skipped", "Nobody knows this meeting.")
    assert "a@example.org" in str(row.payload)
    work.outcome = Outcome()
    assert process_backlog(source="zoom", subjects=["1"], at=after(60)) is True
    row.refresh_from_db()
    assert row.status == "skipped"
    process_backlog(source="zoom", subjects=["1"], at=after(60), skipped_too=True)
    row.refresh_from_db()
    assert row.status == "completed"


def test_a_backlog_waits_for_nobody(work: Work) -> None:
    work.fails = 1
    waiting, other = stored(1, due=after(5000)), stored(2, due=after(5000))
    assert process_backlog(source="zoom", subjects=["1", ""], at=AT) is True
    assert work.seen == ["1"]
    waiting.refresh_from_db(), other.refresh_from_db()
    assert (waiting.status, other.status) == ("failed", "pending")
    stored(1, status="processing", attempts=1, lease_until=clock.real_now() + timedelta(minutes=5))
    assert process_backlog(source="zoom", subjects=["1"], at=after(1)) is False


def test_old_deliveries_go_in_batches(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lyceum.core.bulk_delete.BATCH", 2)  # B48
    for number in range(5):
        stored(number, due=None, received_at=AT - timedelta(days=91), status="completed")
    kept = stored(7, due=None, received_at=AT - timedelta(days=89), status="completed")
    open_still = stored(8, due=after(60), received_at=AT - timedelta(days=91), status="failed")
    assert purge_deliveries(AT) == 5
    assert set(InboundDelivery.objects.values_list("pk", flat=True)) == {kept.pk, open_still.pk}


def test_the_admin_shows_and_replays(work: Work) -> None:
    row = stored(due=None, status="failed", error_message="ValueError")
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    page = client.get("/admin/inbound/inbounddelivery/")
    assert page.status_code == 200
    assert b"ValueError" in page.content
    detail = client.get(f"/admin/inbound/inbounddelivery/{row.pk}/change/")
    assert detail.status_code == 200
    assert b"a@example.org" not in detail.content
    client.post("/admin/inbound/inbounddelivery/", {"action": "try_again", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("pending", 0)
    assert client.get("/admin/inbound/inbounddelivery/add/").status_code == 403
    assert client.post(f"/admin/inbound/inbounddelivery/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.site.is_registered(InboundDelivery)


def test_what_a_slow_worker_gives_back_belongs_to_the_backlog_still(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [stored(number) for number in range(4)]
    seconds = [0.0]
    work_on = processing._work_on

    def slowly(row: InboundDelivery, at: datetime) -> None:
        seconds[0] += 6
        work_on(row, at)

    monkeypatch.setattr("lyceum.core.work.batches.monotonic", lambda: seconds[0])
    monkeypatch.setattr(processing, "_work_on", slowly)
    # Of the second claim, which takes two, it begins one.
    assert process_due_deliveries(AT) == 2
    rest = InboundDelivery.objects.filter(pk__in=[row.pk for row in rows], status="pending")
    assert list(rest.values_list("attempts", "last_attempt_at", "lease_until")) == [(0, None, None)] * 2
    assert process_backlog(source=rows[0].source, subjects=[row.subject for row in rows], at=AT)
    assert set(InboundDelivery.objects.values_list("attempts", flat=True)) == {1}


def test_the_batch_is_bounded(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "POLICY", replace(processing.POLICY, batch=2))
    for number in range(5):
        stored(number)
    assert [process_due_deliveries(AT) for _ in range(4)] == [2, 2, 1, 0]
