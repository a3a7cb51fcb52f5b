"""Hand answers and failures to their handlers, each in a new transaction."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import ClaimLost, LeasePolicy, exhausted, finish, postpone
from lyceum.integrations.outbound.models import OutboundCall
from lyceum.integrations.outbound.ports import find_call_kind

log = logging.getLogger(__name__)

Status = OutboundCall.Status
POLICY: Final = LeasePolicy(
    batch=50,
    duration=timedelta(minutes=5),
    max_attempts=10,
    back_off=lambda attempt: timedelta(seconds=min(5 * 2**attempt, 3600)),
    prefix="answer_",
)


def hand_over_due(at: datetime) -> int:
    """Tell the handlers of a batch of calls what came of them, oldest first; return how many were tried.

    The vendor isn't called again for a handler that fails: the answer is in the row.
    Locks: OutboundCall, only while claiming; a handler takes its own locks afterwards.
    """
    return do_due(OutboundCall.objects.to_hand_over(), POLICY, lambda row: _hand_over(row, at), at=at)


def _hand_over(row: OutboundCall, at: datetime) -> None:
    if exhausted(row, POLICY):
        _note_error(row, "worker_died", at)
        return
    try:
        with transaction.atomic():
            _tell_handler(row, at)
    except ClaimLost:
        log.info("outbound_claim_lost", extra={"call": str(row.pk)})
    except Exception as error:  # A handler may fail in any way; the row keeps the answer for the next try.
        log.warning(
            "outbound_handler_failed",
            extra={"call": str(row.pk), "kind": row.kind, "attempt": row.answer_attempts},
            exc_info=row.answer_attempts == 1,
        )
        # Only the kind of error is kept: its text may carry somebody's data.
        _note_error(row, type(error).__name__, at)


def _tell_handler(row: OutboundCall, at: datetime) -> None:
    handler = find_call_kind(row.kind).handler
    if row.answered_at is not None:
        handler.on_answer(row, row.answer or {}, at=at)
        status = Status.COMPLETED
    else:
        handler.on_failure(row, row.error_code, at=at)
        status = Status.FAILED
    if not finish(row, POLICY, status=status, finished_at=at, updated_at=at):
        raise ClaimLost


def _note_error(row: OutboundCall, code: str, at: datetime) -> None:
    postpone(
        row,
        POLICY,
        at=at,
        when_given_up={"status": Status.UNHANDLED, "finished_at": at},
        handler_error=code[:50],
        updated_at=at,
    )
