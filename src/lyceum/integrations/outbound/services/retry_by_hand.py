"""Let an operator have failed calls tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lyceum.core.work.leases import requeue
from lyceum.core.work.wake_up import wake
from lyceum.integrations.outbound.models import OutboundCall
from lyceum.integrations.outbound.services.call import POLICY as CALLS
from lyceum.integrations.outbound.services.hand_over import POLICY as ANSWERS

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
            return requeue(
                failed, CALLS, at=at, status=Status.QUEUED, answer_attempts=0, finished_at=None, updated_at=at
            )
    except IntegrityError:
        return 0


def _tell_again(ids: Sequence[UUID], at: datetime) -> int:
    unhandled = OutboundCall.objects.filter(pk__in=ids, status=Status.UNHANDLED)
    answered, given_up = (unhandled.filter(answered_at__isnull=missing) for missing in (False, True))
    count = requeue(answered, ANSWERS, at=at, status=Status.ANSWERED, finished_at=None, updated_at=at)
    return count + requeue(given_up, ANSWERS, at=at, status=Status.GIVEN_UP, finished_at=None, updated_at=at)
