"""Let an operator have failed calls tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lyceum.core.work.due_work import wake
from lyceum.integrations.outbound.models import OutboundCall

Status = OutboundCall.Status


def retry_calls(*, ids: Sequence[UUID], at: datetime) -> int:
    """Give calls that failed, and answers whose handler failed, all their attempts again.

    A call keeps its idempotency key, so what the vendor has done already it doesn't do again. A call whose place
    another one with the same key has taken stays as it is.
    Returns: how many will be tried.
    """
    count = sum(_call_again(pk, at) for pk in ids) + _tell_again(ids, at)
    if count:
        wake()
    return count


def _call_again(pk: UUID, at: datetime) -> int:
    failed = OutboundCall.objects.filter(pk=pk, status=Status.FAILED)
    try:
        with transaction.atomic():
            return failed.update(
                status=Status.QUEUED, attempts=0, answer_attempts=0, due_at=at, finished_at=None, updated_at=at
            )
    except IntegrityError:
        return 0


def _tell_again(ids: Sequence[UUID], at: datetime) -> int:
    unhandled = OutboundCall.objects.filter(pk__in=ids, status=Status.UNHANDLED)
    fresh = {"answer_attempts": 0, "answer_due_at": at, "finished_at": None, "updated_at": at}
    answered = unhandled.filter(answered_at__isnull=False).update(status=Status.ANSWERED, **fresh)
    return answered + unhandled.filter(answered_at__isnull=True).update(status=Status.GIVEN_UP, **fresh)
