"""Doing what the ledger owes: each reaction in its own transaction, tried again with back-off.

Reactions that take many facts react to those of all deliveries that were claimed together, in one transaction.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from lyceum.core.ledger.reactions import find_reaction
from lyceum.core.models.ledger import Delivery
from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import ClaimLost, LeasePolicy, exhausted, finish, finish_alike, postpone, requeue
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
    done: set[UUID] = set()

    def prepare(claimed: Sequence[Delivery]) -> None:
        done.clear()
        done.update(_deliver_together(claimed, at))

    def deliver(delivery: Delivery) -> None:
        if delivery.pk not in done:
            _deliver(delivery, at)

    return do_due(pending, DELIVERIES, deliver, at=at, prepare=prepare)


def retry_deliveries(*, ids: list[UUID], at: datetime) -> int:
    """Give unfinished deliveries new attempts, for an operator who has seen to the cause; return how many."""
    unfinished = Delivery.objects.filter(pk__in=ids).exclude(status=Delivery.Status.DONE)
    count = requeue(unfinished, DELIVERIES, at=at, status=Delivery.Status.PENDING)
    wake()
    return count


def _deliver_together(claimed: Sequence[Delivery], at: datetime) -> Iterator[UUID]:
    """Do those of several deliveries whose reaction takes many; yield the ids of those that are done.

    Those of a reaction that fails are left to be tried one by one, so that the one at fault stops nobody else.
    """
    by_reaction: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        found = find_reaction(delivery.reaction)
        if found is not None and found.many and not exhausted(delivery, DELIVERIES):
            by_reaction[delivery.reaction].append(delivery)
    for name, alike in by_reaction.items():
        if len(alike) == 1:
            continue
        try:
            with transaction.atomic():
                _react(alike, at)
                if not finish_alike(alike, DELIVERIES, status=Delivery.Status.DONE, done_at=at):
                    raise ClaimLost
        except Exception as error:  # noqa: BLE001 -- as below; whoever is at fault is found out one by one
            log.info("deliveries_not_together", extra={"reaction": name, "error": type(error).__name__})
        else:
            yield from (delivery.pk for delivery in alike)


def _deliver(delivery: Delivery, at: datetime) -> None:
    if exhausted(delivery, DELIVERIES):
        _fail(delivery, "WorkerDied", at)
        return
    try:
        with transaction.atomic():
            _react([delivery], at)
            if not finish(delivery, DELIVERIES, status=Delivery.Status.DONE, done_at=at):
                raise ClaimLost
    except ClaimLost:
        log.info("delivery_claim_lost", extra={"delivery": str(delivery.id)})
    except Exception as error:  # noqa: BLE001 -- a reaction may fail in any way; its row keeps it
        # Only the kind of error is kept: its text may carry somebody's data.
        _fail(delivery, type(error).__name__, at, trace=delivery.attempts == 1)


def _react(alike: Sequence[Delivery], at: datetime) -> None:
    """React to the facts of deliveries of one reaction; more than one only where it takes many."""
    found = find_reaction(alike[0].reaction)
    if found is None:
        raise LookupError(f"No reaction is called {alike[0].reaction}.")
    facts = [found.fact.from_data(delivery.fact.data) for delivery in alike]
    found.function(facts if found.many else facts[0], at=at)


def _fail(delivery: Delivery, error: str, at: datetime, *, trace: bool = False) -> None:
    postpone(delivery, DELIVERIES, at=at, when_given_up={"status": Delivery.Status.DEAD}, error=error)
    about = {"reaction": delivery.reaction, "delivery": str(delivery.id), "error": error}
    log.warning("reaction_failed", extra=about, exc_info=trace)
