"""Work on stored deliveries: claimed once, each in its own transaction, retried by schedule."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from lyceum.core.errors import Refusal
from lyceum.integrations.inbound.models import ZoomWebhookLog
from lyceum.integrations.inbound.models.zoom_webhook_log import MAX_ATTEMPTS, ZoomWebhookLogQuerySet
from lyceum.integrations.inbound.ports import Outcome, zoom_handler
from lyceum.integrations.zoom.payload import read_delivery, without_people

log = logging.getLogger(__name__)

BATCH = 50
# A worker that has not finished by then has died; another one takes over.
LEASE = timedelta(minutes=5)
# How long the second and the third attempt wait.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10))


class LostClaim(Exception):
    """Another worker took the delivery over, so this one's work is undone."""


def process_due_webhooks(at: datetime) -> int:
    """Work on a batch of due deliveries, oldest first; return how many were tried.

    Locks: ZoomWebhookLog, only while claiming.
    """
    due = ZoomWebhookLog.objects.due(at)
    if not due.exists():
        return 0
    return _process(due, at)


def process_meeting_backlog(meeting_ids: Sequence[str], at: datetime, *, skipped_too: bool = False) -> bool:
    """Work now on everything stored for these meetings, whatever its schedule.

    skipped_too: also what was skipped because nobody knew the meeting then.
    Returns: whether no other worker is still at one of theirs. One that failed waits for its next attempt.
    """
    ids = [meeting_id for meeting_id in meeting_ids if meeting_id]
    of_meeting = ZoomWebhookLog.objects.filter(zoom_meeting_id__in=ids)
    if skipped_too:
        of_meeting.filter(processing_status=ZoomWebhookLog.Status.SKIPPED, processed_at__isnull=True).update(
            processing_status=ZoomWebhookLog.Status.PENDING,
            processing_attempts=0,
            last_attempt_at=None,
            next_attempt_at=at,
        )
    # Whatever failed at this very moment isn't tried again within it.
    fresh = Q(last_attempt_at__isnull=True) | Q(last_attempt_at__lt=at)
    untouched = [ZoomWebhookLog.Status.PENDING, ZoomWebhookLog.Status.FAILED]
    waiting = of_meeting.unfinished().filter(fresh, processing_status__in=untouched)
    while waiting.exists() and _process(waiting, at):
        pass
    return not of_meeting.filter(processing_status=ZoomWebhookLog.Status.PROCESSING).exists()


def _process(rows: ZoomWebhookLogQuerySet, at: datetime) -> int:
    claimed = _claim(rows, at)
    for row in claimed:
        _work_on(row, at)
    return len(claimed)


@transaction.atomic
def _claim(rows: ZoomWebhookLogQuerySet, at: datetime) -> list[ZoomWebhookLog]:
    claimed = list(rows.order_by("next_attempt_at", "id").select_for_update(skip_locked=True)[:BATCH])
    ZoomWebhookLog.objects.filter(pk__in=[row.pk for row in claimed]).update(
        processing_status=ZoomWebhookLog.Status.PROCESSING,
        processing_attempts=F("processing_attempts") + 1,
        last_attempt_at=at,
        next_attempt_at=at + LEASE,
    )
    for row in claimed:
        row.processing_attempts += 1
    return claimed


def _work_on(row: ZoomWebhookLog, at: datetime) -> None:
    if row.processing_attempts > MAX_ATTEMPTS:
        # Its workers died each time: trying for ever would kill the next one too.
        _fail(row, "The worker died while working on this.", "", at)
        return
    try:
        with transaction.atomic():
            _finish(row, _handle(row, at), at)
    except LostClaim:
        log.info("zoom_webhook_claim_lost", extra={"delivery": str(row.pk)})
    except Exception as error:  # noqa: BLE001 -- a handler may fail in any way; the row keeps it for the next try
        message = error.text if isinstance(error, Refusal) else type(error).__name__
        # Frames without the error's own text, which may carry somebody's data.
        _fail(row, message, "".join(traceback.format_tb(error.__traceback__)), at)


def _handle(row: ZoomWebhookLog, at: datetime) -> Outcome:
    handler = zoom_handler(row.event_type)
    if handler is None:
        return Outcome(skipped="Nothing here handles this kind of event.")
    return handler(read_delivery(row.payload, received_at=row.received_at), at=at)


def _finish(row: ZoomWebhookLog, outcome: Outcome, at: datetime) -> None:
    status = ZoomWebhookLog.Status.SKIPPED if outcome.skipped else ZoomWebhookLog.Status.COMPLETED
    finished = _claimed(row).update(
        processing_status=status,
        next_attempt_at=None,
        processed_at=None if outcome.may_come_later else at,
        event_id=outcome.event_id,
        attendance_records_created=outcome.records,
        error_message=outcome.skipped[:1000],
        error_traceback="",
        payload=row.payload if outcome.may_come_later else without_people(row.payload),
        updated_at=at,
    )
    if not finished:
        raise LostClaim


def _fail(row: ZoomWebhookLog, message: str, trace: str, at: datetime) -> None:
    again = row.processing_attempts < MAX_ATTEMPTS
    _claimed(row).update(
        processing_status=ZoomWebhookLog.Status.FAILED,
        next_attempt_at=at + BACK_OFF[row.processing_attempts - 1] if again else None,
        error_message=str(message)[:1000],
        error_traceback=trace[-5000:],
        updated_at=at,
    )
    log.warning("zoom_webhook_failed", extra={"delivery": str(row.pk), "attempt": row.processing_attempts})


def _claimed(row: ZoomWebhookLog) -> ZoomWebhookLogQuerySet:
    return ZoomWebhookLog.objects.filter(
        pk=row.pk,
        processing_status=ZoomWebhookLog.Status.PROCESSING,
        processing_attempts=row.processing_attempts,
    )
