"""Make the calls that are due: between transactions, each leased, with the vendor's breaker in front."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from lyceum.core.work.leases import LeasePolicy, claim, exhausted, finish, postpone, release
from lyceum.core.work.wake_up import wake
from lyceum.integrations.outbound.errors import VendorError
from lyceum.integrations.outbound.models import Breaker, OutboundCall
from lyceum.integrations.outbound.ports import find_call_kind
from lyceum.integrations.outbound.services.breaker import (
    begin_trial,
    find_breaker,
    is_open,
    note_failure,
    note_success,
)

log = logging.getLogger(__name__)

Status = OutboundCall.Status


def _back_off(attempt: int) -> timedelta:
    return timedelta(seconds=min(10 * 2**attempt, 3600))


# Ten attempts reach across about two and a half hours.
POLICY: Final = LeasePolicy(batch=10, duration=timedelta(minutes=3), max_attempts=10, back_off=_back_off)
# Of a batch, no call is begun later than this; the rest is given back. So a slow vendor doesn't hold up the other work,
# and the last call, whose client has a time-out of its own, ends before the lease does.
BUDGET_SECONDS: Final = 20.0


def call_due(at: datetime) -> int:
    """Make a batch of the calls that are due, vendor by vendor, oldest first; return how many were tried.

    Locks: OutboundCall and Breaker, each in transactions of their own; nothing while a vendor is called.
    Raises: TransactionManagementError inside a transaction, which would stay open during the calls.
    """
    due = OutboundCall.objects.to_call().filter(due_at__lte=at)
    vendors = sorted(due.order_by().values_list("vendor", flat=True).distinct())
    if vendors:
        _require_no_transaction()
    return sum(_call_vendor(vendor, at) for vendor in vendors)


def _require_no_transaction() -> None:
    # The block that Django's tests wrap around each test isn't one of the program's.
    if not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise transaction.TransactionManagementError("A vendor is called between transactions, never inside one.")


def _call_vendor(vendor: str, at: datetime) -> int:
    breaker = find_breaker(vendor)
    if is_open(breaker, at=at):
        return 0
    rows = _claim(breaker, at)
    began, tried = time.monotonic(), 0
    for row in rows:
        elapsed = time.monotonic() - began
        now = at + timedelta(seconds=elapsed)
        if elapsed > BUDGET_SECONDS or (tried and is_open(find_breaker(vendor), at=now)):
            break
        _make(row, at, began)
        tried += 1
    release(rows[tried:], POLICY)
    return tried


def _claim(breaker: Breaker, at: datetime) -> Sequence[OutboundCall]:
    """Claim a batch of the vendor's calls; while its breaker is half open, one, which one worker alone may try."""
    of_vendor = OutboundCall.objects.to_call().filter(vendor=breaker.vendor)
    limit = None if breaker.open_until is None else 1
    rows = claim(of_vendor, POLICY, at=at, limit=limit, last_attempt_at=at)
    if rows and not begin_trial(breaker, at=at):
        release(rows, POLICY)
        return []
    return rows


def _make(row: OutboundCall, at: datetime, began: float) -> None:
    if exhausted(row, POLICY):
        # Its workers died each time: trying for ever would kill the next one too.
        _give_up(row, VendorError("worker_died", "The worker died while calling.", retryable=False), at)
        return
    try:
        answer = find_call_kind(row.kind).handler.perform(row.args, idempotency_key=row.idempotency_key)
        # Refused here, where it is noted, rather than by the database.
        json.dumps(answer)
    except VendorError as error:
        failed = error
    except Exception as error:  # noqa: BLE001 -- a client may fail in any way; the row keeps the call
        # Only the kind of error is kept: its text may carry somebody's data.
        failed = VendorError(type(error).__name__[:50], retryable=True)
    else:
        _store_answer(row, answer, at)
        return
    _note_error(row, failed, at, timedelta(seconds=time.monotonic() - began))


def _store_answer(row: OutboundCall, answer: dict[str, Any], at: datetime) -> None:
    note_success(row.vendor)
    stored = finish(
        row,
        POLICY,
        status=Status.ANSWERED,
        answer=answer,
        answered_at=at,
        answer_due_at=at,
        error_code="",
        error_message="",
        updated_at=at,
    )
    if stored:
        wake()
    else:
        log.info("outbound_claim_lost", extra={"call": str(row.pk)})


def _note_error(row: OutboundCall, error: VendorError, at: datetime, elapsed: timedelta) -> None:
    log.warning(
        "outbound_call_failed",
        extra={"call": str(row.pk), "kind": row.kind, "attempt": row.attempts, "error": error.code},
    )
    if not error.retryable:
        # The vendor has answered, if only to refuse.
        note_success(row.vendor)
        _give_up(row, error, at)
        return
    # Pauses begin now, not when the batch was claimed.
    note_failure(row.vendor, at=at + elapsed)
    wait = error.retry_after or timedelta(0)
    postpone(
        row,
        replace(POLICY, back_off=lambda attempt: max(_back_off(attempt), wait)),
        at=at + elapsed,
        when_given_up={"status": Status.GIVEN_UP, "answer_due_at": at},
        **_error_columns(error),
        updated_at=at,
    )


def _give_up(row: OutboundCall, error: VendorError, at: datetime) -> None:
    finish(row, POLICY, status=Status.GIVEN_UP, answer_due_at=at, **_error_columns(error), updated_at=at)


def _error_columns(error: VendorError) -> dict[str, str]:
    return {"error_code": error.code[:50], "error_message": error.message[:500]}
