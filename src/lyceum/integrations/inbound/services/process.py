"""Work on stored deliveries: claimed once, each in its own transaction, retried by schedule."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from lyceum.core.errors import Refusal
from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import ClaimLost, LeasePolicy, exhausted, finish, held, postpone, requeue
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.ports import Outcome, find_handler, find_source
from lyceum.integrations.inbound.services.receive import UNHANDLED

log = logging.getLogger(__name__)

Status = InboundDelivery.Status
# How long the second and the third attempt wait.
_BACK_OFF: Final = (timedelta(minutes=1), timedelta(minutes=10))
POLICY: Final = LeasePolicy(
    batch=50,
    duration=timedelta(minutes=5),
    max_attempts=3,
    back_off=lambda attempt: _BACK_OFF[attempt - 1],
)


def process_due_deliveries(at: datetime) -> int:
    """Work on a batch of due deliveries, oldest first; return how many were tried.

    Locks: InboundDelivery, only while claiming.
    """
    return _process(InboundDelivery.objects.unfinished(), at)


def process_backlog(*, source: str, subjects: Sequence[str], at: datetime, skipped_too: bool = False) -> bool:
    """Work now on everything stored that concerns these subjects, whatever its schedule.

    Locks: InboundDelivery, only while claiming.
    subjects: in the vendor's words, such as meetings' numbers; blank ones are left out.
    skipped_too: also what was skipped because nobody here knew the subject then.
    Returns: whether no other worker is still at one of theirs. One that failed waits for its next attempt.
    """
    named = [subject for subject in subjects if subject]
    about_them = InboundDelivery.objects.filter(source=source, subject__in=named)
    if skipped_too:
        skipped = about_them.filter(status=Status.SKIPPED, processed_at__isnull=True)
        requeue(skipped, POLICY, at=at, status=Status.PENDING, last_attempt_at=None)
    # Whatever failed at this very moment isn't tried again within it.
    fresh = Q(last_attempt_at__isnull=True) | Q(last_attempt_at__lt=at)
    waiting = about_them.unfinished().filter(fresh, status__in=[Status.PENDING, Status.FAILED])
    waiting.filter(due_at__gt=at).update(due_at=at)
    while _process(waiting, at):
        pass
    return not about_them.filter(status=Status.PROCESSING).exists()


def _process(rows: QuerySet[InboundDelivery], at: datetime) -> int:
    # As if it had not been claimed: whoever works on a backlog takes what it hasn't tried.
    waiting = {"status": Status.PENDING, "last_attempt_at": None}
    return do_due(
        rows,
        POLICY,
        lambda row: _work_on(row, at),
        at=at,
        given_back=waiting,
        status=Status.PROCESSING,
        last_attempt_at=at,
    )


def _work_on(row: InboundDelivery, at: datetime) -> None:
    if exhausted(row, POLICY):
        # Its workers died each time: trying for ever would kill the next one too.
        _fail(row, "The worker died while working on this.", "", at)
        return
    try:
        with transaction.atomic():
            _read_again(row)
            _finish(row, _handle(row, at), at)
    except ClaimLost:
        log.info("inbound_claim_lost", extra={"delivery": str(row.pk)})
    except Exception as error:  # noqa: BLE001 -- a handler may fail in any way; the row keeps it for the next try
        message = error.text if isinstance(error, Refusal) else type(error).__name__
        # Frames without the error's own text, which may carry somebody's data.
        _fail(row, message, "".join(traceback.format_tb(error.__traceback__)), at)


def _read_again(row: InboundDelivery) -> None:
    """Hold the row until what comes of it is written, and take its payload as it is now.

    Somebody named in it may have been erased since it was claimed, and must not be written back.
    Locks: InboundDelivery.
    Raises: ClaimLost.
    """
    payload = held(row, POLICY).select_for_update(no_key=True).values_list("payload", flat=True).first()
    if payload is None:
        raise ClaimLost
    row.payload = payload


def _handle(row: InboundDelivery, at: datetime) -> Outcome:
    handler = find_handler(row.source, row.event_type)
    if handler is None:
        return Outcome(skipped=UNHANDLED)
    return handler(find_source(row.source).interpret(row.payload, received_at=row.received_at), at=at)


def _finish(row: InboundDelivery, outcome: Outcome, at: datetime) -> None:
    finished = finish(
        row,
        POLICY,
        status=Status.SKIPPED if outcome.skipped else Status.COMPLETED,
        processed_at=None if outcome.may_come_later else at,
        about_id=outcome.about_id,
        records_created=outcome.records,
        error_message=outcome.skipped[:1000],
        error_traceback="",
        payload=row.payload if outcome.may_come_later else find_source(row.source).redact(row.payload),
        updated_at=at,
    )
    if not finished:
        raise ClaimLost


def _fail(row: InboundDelivery, message: str, trace: str, at: datetime) -> None:
    postpone(
        row,
        POLICY,
        at=at,
        status=Status.FAILED,
        error_message=str(message)[:1000],
        error_traceback=trace[-5000:],
        updated_at=at,
    )
    log.warning(
        "inbound_delivery_failed",
        extra={"source": row.source, "delivery": str(row.pk), "attempt": row.attempts},
    )
