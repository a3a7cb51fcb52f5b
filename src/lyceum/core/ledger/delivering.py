"""Doing what the ledger owes: each reaction in its own transaction, tried again with back-off."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from lyceum.core.ledger.reactions import find_reaction
from lyceum.core.models.ledger import Delivery
from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import ClaimLost, LeasePolicy, exhausted, finish, postpone, requeue
from lyceum.core.work.wake_up import wake

log = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 12
DELIVERIES: Final = LeasePolicy(
    batch=100,
    duration=timedelta(seconds=60),
    max_attempts=MAX_ATTEMPTS,
    # Twelve attempts reach across about six hours, then an operator looks.
    back_off=lambda attempt: min(timedelta(seconds=5 * 2**attempt), timedelta(hours=1)),
)


def deliver_due(at: datetime) -> int:
    """Do up to a batch of due deliveries, oldest first; return how many were tried.

    Locks: Delivery, only while claiming.
    """
    pending = Delivery.objects.filter(status=Delivery.Status.PENDING).select_related("fact")
    return do_due(pending, DELIVERIES, lambda delivery: _deliver(delivery, at), at=at)


def retry_deliveries(*, ids: list[UUID], at: datetime) -> int:
    """Give unfinished deliveries new attempts, for an operator who has seen to the cause; return how many."""
    unfinished = Delivery.objects.filter(pk__in=ids).exclude(status=Delivery.Status.DONE)
    count = requeue(unfinished, DELIVERIES, at=at, status=Delivery.Status.PENDING)
    wake()
    return count


def _deliver(delivery: Delivery, at: datetime) -> None:
    if exhausted(delivery, DELIVERIES):
        _fail(delivery, "WorkerDied", at)
        return
    try:
        with transaction.atomic():
            _react(delivery, at)
            if not finish(delivery, DELIVERIES, status=Delivery.Status.DONE, done_at=at):
                raise ClaimLost
    except ClaimLost:
        log.info("delivery_claim_lost", extra={"delivery": str(delivery.id)})
    except Exception as error:  # noqa: BLE001 -- a reaction may fail in any way; its row keeps it
        # Only the kind of error is kept: its text may carry somebody's data.
        _fail(delivery, type(error).__name__, at, trace=delivery.attempts == 1)


def _react(delivery: Delivery, at: datetime) -> None:
    found = find_reaction(delivery.reaction)
    if found is None:
        raise LookupError(f"No reaction is called {delivery.reaction}.")
    fact_type, function = found
    function(fact_type.from_data(delivery.fact.data), at=at)


def _fail(delivery: Delivery, error: str, at: datetime, *, trace: bool = False) -> None:
    postpone(delivery, DELIVERIES, at=at, when_given_up={"status": Delivery.Status.DEAD}, error=error)
    about = {"reaction": delivery.reaction, "delivery": str(delivery.id), "error": error}
    log.warning("reaction_failed", extra=about, exc_info=trace)
