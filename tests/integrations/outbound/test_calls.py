"""Calls to vendors: asked for in a transaction, made between transactions, handed over in a new one."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.core.models import Fact
from lyceum.core.work.due_work import drain
from lyceum.integrations.outbound.models import Breaker, OutboundCall
from lyceum.integrations.outbound.services import call as calling
from lyceum.integrations.outbound.services.call import call_due
from lyceum.integrations.outbound.services.hand_over import hand_over_due
from lyceum.integrations.outbound.services.purge import purge_calls
from lyceum.integrations.outbound.services.request import request_call
from lyceum.integrations.outbound.services.retry_by_hand import retry_calls
from tests.factories.accounts import StaffFactory
from tests.integrations.outbound.vendor import Told, Vendor

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
EVENT = UUID("01890000-0000-7000-8000-000000000001")


def asked(kind: str = "tests.create_meeting", **more: Any) -> OutboundCall:
    with transaction.atomic():
        row = request_call(kind=kind, args={"event_id": EVENT}, about=EVENT, at=AT, **more)
    assert row is not None
    return row


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def seen(row: OutboundCall) -> OutboundCall:
    row.refresh_from_db()
    return row


def abandon(row: OutboundCall) -> None:
    """Let the lease of a killed worker run out."""
    OutboundCall.objects.filter(pk=row.pk).update(lease_until=clock.real_now() - timedelta(seconds=1))


def test_an_answer_comes_to_its_handler(vendor: Vendor, told: Told) -> None:
    row = asked()
    assert vendor.keys == []
    assert call_due(AT) == 1
    assert (seen(row).status, row.answer, told.answers) == ("answered", {"meeting_id": "meeting-1"}, [])
    assert hand_over_due(AT) == 1
    assert told.answers == [(str(EVENT), {"meeting_id": "meeting-1"})]
    assert (seen(row).status, row.attempts, row.due_at, row.finished_at) == ("completed", 1, None, AT)
    assert (call_due(after(9999)), hand_over_due(after(9999))) == (0, 0)
    assert vendor.keys == [str(row.pk)]


def test_a_call_is_made_by_the_workers_own_run(vendor: Vendor, told: Told) -> None:
    asked()
    drain(AT)
    assert len(told.answers) == 1


def test_a_change_that_is_undone_asks_for_nothing(vendor: Vendor, told: Told) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        request_call(kind="tests.create_meeting", args={}, at=AT)
        raise RuntimeError
    assert call_due(AT) == 0
    assert vendor.keys == []


def test_no_vendor_is_called_inside_a_transaction(vendor: Vendor, told: Told) -> None:
    row = asked()
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        call_due(AT)
    assert vendor.keys == []
    assert (seen(row).status, row.attempts) == ("queued", 0)


def write_elsewhere(errors: list[Exception]) -> None:
    """Write over a connection of its own, as any request of the product may while a vendor is asked."""

    def write() -> None:
        try:
            Fact.objects.create(name="tests.meanwhile", actor_kind="system", occurred_at=AT)
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(10)


def test_others_write_while_a_vendor_is_called(vendor: Vendor, told: Told) -> None:
    errors: list[Exception] = []
    vendor.meanwhile = lambda: write_elsewhere(errors)
    asked()
    assert call_due(AT) == 1
    assert errors == []
    assert Fact.objects.filter(name="tests.meanwhile").count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has a single write lock")
def test_an_open_transaction_would_have_kept_them_waiting() -> None:
    errors: list[Exception] = []
    with transaction.atomic():
        Fact.objects.create(name="tests.first", actor_kind="system", occurred_at=AT)
        write_elsewhere(errors)
    assert len(errors) == 1


def test_a_worker_killed_between_call_and_answer_repeats_the_key(vendor: Vendor, told: Told) -> None:
    row = asked()

    def killed() -> None:
        raise SystemExit

    told.before_return = killed
    with pytest.raises(SystemExit):
        call_due(AT)
    assert (seen(row).status, row.answer, row.attempts) == ("queued", None, 1)
    told.before_return = lambda: None
    assert call_due(after(60)) == 0  # Its lease isn't over.
    abandon(row)
    assert call_due(after(300)) == 1
    assert vendor.keys == [str(row.pk), str(row.pk)]
    assert vendor.done == {str(row.pk): "meeting-1"}
    hand_over_due(after(300))
    assert told.answers == [(str(EVENT), {"meeting_id": "meeting-1"})]


def test_what_kills_its_workers_is_given_up(vendor: Vendor, told: Told) -> None:
    row = asked()
    OutboundCall.objects.update(attempts=10, lease_until=clock.real_now() - timedelta(seconds=1))
    call_due(AT)
    hand_over_due(AT)
    assert vendor.keys == []
    assert (seen(row).status, told.failures) == ("failed", [(str(EVENT), "worker_died")])


def test_a_slow_answer_of_a_lost_claim_is_dropped(vendor: Vendor, told: Told) -> None:
    row = asked()
    # While this worker waits, its lease ends and another one takes the call over.
    told.before_return = lambda: OutboundCall.objects.filter(pk=row.pk).update(attempts=2)
    call_due(AT)
    assert (seen(row).status, row.answer) == ("queued", None)
    assert hand_over_due(AT) == 0


def test_a_failure_is_tried_again_later_with_the_same_key(vendor: Vendor, told: Told) -> None:
    vendor.answers.extend([(503, {}), (500, {})])
    row = asked()
    assert call_due(AT) == 1
    assert (seen(row).status, row.error_code) == ("queued", "http_503")
    due_at = row.due_at
    assert due_at is not None
    assert after(20) <= due_at < after(30)
    assert call_due(after(19)) == 0
    assert call_due(due_at) == 1
    assert call_due(due_at + timedelta(seconds=50)) == 1
    assert vendor.keys == [str(row.pk)] * 3
    assert (seen(row).status, row.attempts, row.error_code) == ("answered", 3, "")


def test_a_vendor_that_hangs_is_not_waited_for(vendor: Vendor, told: Told) -> None:
    vendor.hang = 3.0
    row = asked()
    began = clock.real_now()
    call_due(AT)
    assert clock.real_now() - began < timedelta(seconds=2.9)
    assert (seen(row).status, row.error_code) == ("queued", "timeout")


def test_a_vendor_that_is_not_there_is_tried_again(vendor: Vendor, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "url", "http://127.0.0.1:9/")
    row = asked()
    call_due(AT)
    assert (seen(row).status, row.error_code) == ("queued", "unreachable")


def test_the_vendor_says_how_long_to_wait(vendor: Vendor, told: Told) -> None:
    vendor.answers.append((429, {"Retry-After": "600"}))
    row = asked()
    call_due(AT)
    due_at = seen(row).due_at
    assert due_at is not None
    assert after(600) <= due_at < after(610)
    assert call_due(after(599)) == 0
    assert call_due(after(611)) == 1


def test_a_short_wait_does_not_undo_the_back_off(vendor: Vendor, told: Told) -> None:
    vendor.answers.append((429, {"Retry-After": "1"}))
    row = asked()
    call_due(AT)
    assert seen(row).due_at is not None
    assert row.due_at >= after(20)  # type: ignore[operator]


def test_a_refusal_is_final(vendor: Vendor, told: Told) -> None:
    vendor.answers.append((404, {}))
    row = asked()
    assert (call_due(AT), hand_over_due(AT)) == (1, 1)
    assert told.failures == [(str(EVENT), "http_404")]
    assert (seen(row).status, row.attempts) == ("failed", 1)
    assert call_due(after(10**6)) == 0


def test_the_failure_handler_is_told_after_the_last_try(vendor: Vendor, told: Told) -> None:
    vendor.answers.extend([(500, {})] * 10)
    row = asked()
    at = AT
    for _ in range(10):
        Breaker.objects.all().delete()
        assert told.failures == []
        assert call_due(at) == 1
        hand_over_due(at)
        at += timedelta(hours=2)
    assert (seen(row).status, row.attempts, row.error_code) == ("failed", 10, "http_500")
    assert told.failures == [(str(EVENT), "http_500")]
    assert (call_due(at), len(vendor.keys)) == (0, 10)


def test_a_handler_that_fails_is_told_again_without_another_call(vendor: Vendor, told: Told) -> None:
    told.fails = 2
    row = asked()
    call_due(AT)
    assert hand_over_due(AT) == 1
    assert (seen(row).status, row.handler_error, row.answer_due_at) == ("answered", "ValueError", after(10))
    assert hand_over_due(after(9)) == 0
    assert hand_over_due(after(10)) == 1
    assert hand_over_due(after(30)) == 1
    assert told.answers == [(str(EVENT), {"meeting_id": "meeting-1"})]
    assert vendor.keys == [str(row.pk)]


def test_a_handler_that_fails_leaves_nothing_behind(vendor: Vendor, told: Told) -> None:
    row = asked()
    call_due(AT)

    def half(call: OutboundCall) -> None:
        Fact.objects.create(name="tests.half", actor_kind="system", occurred_at=AT)
        raise ValueError

    told.on_answer = half
    hand_over_due(AT)
    assert not Fact.objects.filter(name="tests.half").exists()
    assert seen(row).status == "answered"


def test_a_handler_whose_claim_is_lost_leaves_nothing_behind(vendor: Vendor, told: Told) -> None:
    row = asked()
    call_due(AT)

    def slow(call: OutboundCall) -> None:
        OutboundCall.objects.filter(pk=row.pk).update(answer_attempts=2)
        Fact.objects.create(name="tests.slow", actor_kind="system", occurred_at=AT)

    told.on_answer = slow
    hand_over_due(AT)
    assert not Fact.objects.filter(name="tests.slow").exists()
    assert seen(row).status == "answered"


def test_a_handler_that_never_copes_is_left_to_an_operator(vendor: Vendor, told: Told) -> None:
    told.fails = 10
    row = asked()
    call_due(AT)
    for hour in range(10):
        assert hand_over_due(AT + timedelta(hours=hour)) == 1
    assert (seen(row).status, row.handler_error) == ("unhandled", "ValueError")
    assert hand_over_due(AT + timedelta(days=1)) == 0
    assert retry_calls(ids=[row.pk], at=AT + timedelta(days=2)) == 1
    assert (call_due(AT + timedelta(days=2)), hand_over_due(AT + timedelta(days=2))) == (0, 1)
    assert (seen(row).status, told.answers) == ("completed", [(str(EVENT), {"meeting_id": "meeting-1"})])
    assert vendor.keys == [str(row.pk)]


def test_an_operator_tries_again_with_the_same_key(vendor: Vendor, told: Told) -> None:
    vendor.answers.append((403, {}))
    row = asked()
    drain(AT)
    assert seen(row).status == "failed"
    assert retry_calls(ids=[row.pk], at=after(60)) == 1
    drain(after(60))
    assert (seen(row).status, vendor.keys) == ("completed", [str(row.pk)] * 2)
    assert retry_calls(ids=[row.pk], at=after(90)) == 0


def test_one_call_for_one_key(vendor: Vendor, told: Told) -> None:
    first = asked(dedupe_key="event-1")
    with transaction.atomic():
        assert request_call(kind="tests.create_meeting", args={}, dedupe_key="event-1", at=AT) is None
        Fact.objects.create(name="tests.still_writes", actor_kind="system", occurred_at=AT)
    assert Fact.objects.filter(name="tests.still_writes").exists()
    asked("tests.other_vendor", dedupe_key="event-1")
    vendor.answers.append((403, {}))
    drain(AT)
    assert seen(first).status in {"failed", "completed"}
    assert OutboundCall.objects.count() == 2


def test_a_call_that_failed_makes_room_for_another(vendor: Vendor, told: Told) -> None:
    vendor.answers.append((403, {}))
    failed = asked(dedupe_key="event-1")
    drain(AT)
    assert seen(failed).status == "failed"
    asked(dedupe_key="event-1")
    assert retry_calls(ids=[failed.pk], at=AT) == 0
    assert seen(failed).status == "failed"


@pytest.mark.parametrize("value", ["ada@example.org", "x" * 101, {"a": 1}, None, 1.5, ["a"]])
def test_only_ids_are_taken(value: Any) -> None:
    with pytest.raises(TypeError):
        request_call(kind="tests.create_meeting", args={"what": value}, at=AT)
    assert not OutboundCall.objects.exists()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(LookupError):
        request_call(kind="tests.nothing", args={}, at=AT)


def test_an_answer_that_cannot_be_stored_is_a_failure(
    vendor: Vendor, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked()
    told.before_return = lambda: (_ for _ in ()).throw(ZeroDivisionError("ada@example.org"))
    call_due(AT)
    assert (seen(row).error_code, row.error_message) == ("ZeroDivisionError", "")


def test_a_slow_vendor_does_not_hold_a_batch_up(vendor: Vendor, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "BUDGET_SECONDS", 0.2)
    vendor.hang = 0.25
    for _ in range(3):
        asked()
    assert call_due(AT) == 1
    assert sorted(OutboundCall.objects.values_list("status", "attempts")) == [
        ("answered", 1),
        ("queued", 0),
        ("queued", 0),
    ]
    assert not OutboundCall.objects.filter(lease_until__isnull=False).exists()


def test_old_finished_calls_go(vendor: Vendor, told: Told) -> None:
    old, waiting = asked(), asked()
    OutboundCall.objects.filter(pk=old.pk).update(status="completed", due_at=None, finished_at=AT)
    assert purge_calls(AT + timedelta(days=90)) == 0
    assert purge_calls(AT + timedelta(days=91)) == 1
    assert OutboundCall.objects.get().pk == waiting.pk


def test_the_admin_shows_and_tries_again(vendor: Vendor, told: Told) -> None:
    row = asked()
    OutboundCall.objects.update(status="failed", due_at=None, error_code="http_404", finished_at=AT)
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    assert b"http_404" in client.get("/admin/outbound/outboundcall/").content
    assert client.get("/admin/outbound/breaker/").status_code == 200
    client.post("/admin/outbound/outboundcall/", {"action": "try_again", "_selected_action": [str(row.pk)]})
    assert (seen(row).status, row.attempts) == ("queued", 0)
    assert client.get("/admin/outbound/outboundcall/add/").status_code == 403
    assert client.post(f"/admin/outbound/outboundcall/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_ids_are_told_apart() -> None:
    row = request_call(kind="tests.create_meeting", args={"a": new_id(), "n": 5, "live": True, "code": "de"}, at=AT)
    assert row is not None
    assert (seen(row).args["n"], row.args["live"], row.args["code"]) == (5, True, "de")
