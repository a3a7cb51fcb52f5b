"""Doing what the ledger owes: one delivery, one transaction, retried with back-off."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyceum.core.ledger.reactions import find_reaction
from lyceum.core.models.ledger import Delivery
from lyceum.core.work.due_work import wake

log = logging.getLogger(__name__)

# Attempt n waits min(2^n × 5 s, 1 h): twelve attempts reach across about six hours, then an operator looks.
MAX_ATTEMPTS = 12
BATCH = 100


def deliver_due(at: datetime) -> int:
    """Do up to a batch of due deliveries, oldest first; return how many were tried.

    Locks: Delivery (skipping those that another worker holds).
    """
    due = Delivery.objects.filter(status=Delivery.Status.PENDING, due_at__lte=at)
    if not due.exists():
        return 0
    tried = 0
    while tried < BATCH and _deliver_next(at):
        tried += 1
    return tried


def retry_deliveries(*, ids: list[UUID], at: datetime) -> int:
    """Give unfinished deliveries new attempts, for an operator who has seen to the cause; return how many."""
    unfinished = Delivery.objects.filter(pk__in=ids).exclude(status=Delivery.Status.DONE)
    count = unfinished.update(status=Delivery.Status.PENDING, attempts=0, due_at=at)
    wake()
    return count


@transaction.atomic
def _deliver_next(at: datetime) -> bool:
    delivery = (
        Delivery.objects.select_related("fact")
        .select_for_update(skip_locked=True, of=("self",))
        .filter(status=Delivery.Status.PENDING, due_at__lte=at)
        .order_by("due_at", "id")
        .first()
    )
    if delivery is None:
        return False
    try:
        with transaction.atomic():
            _react(delivery, at)
    except Exception as error:  # noqa: BLE001 -- a reaction may fail in any way; its row keeps it
        _postpone(delivery, error, at)
    else:
        delivery.status = Delivery.Status.DONE
        delivery.done_at = at
        delivery.attempts += 1
        delivery.save(update_fields=["status", "done_at", "attempts"])
    return True


def _react(delivery: Delivery, at: datetime) -> None:
    found = find_reaction(delivery.reaction)
    if found is None:
        raise LookupError(f"No reaction is called {delivery.reaction}.")
    fact_type, function = found
    function(fact_type.from_data(delivery.fact.data), at=at)


def _postpone(delivery: Delivery, error: Exception, at: datetime) -> None:
    delivery.attempts += 1
    # Only the kind of error is kept: its text may carry somebody's data.
    delivery.error = type(error).__name__
    delivery.due_at = at + timedelta(seconds=min(5 * 2**delivery.attempts, 3600))
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.status = Delivery.Status.DEAD
    delivery.save(update_fields=["attempts", "error", "due_at", "status"])
    log.warning(
        "reaction_failed",
        extra={"reaction": delivery.reaction, "delivery": str(delivery.id), "error": delivery.error},
        exc_info=delivery.attempts == 1,
    )


def revive_dead(*, delivery_ids: Sequence[UUID], at: datetime) -> int:
    """Make dead deliveries due again, with all their attempts; return how many there were."""
    dead = Delivery.objects.filter(pk__in=delivery_ids, status=Delivery.Status.DEAD)
    revived = dead.update(status=Delivery.Status.PENDING, attempts=0, due_at=at, error="")
    wake()
    return revived
