"""Doing due rows: claimed in batches, done one by one, and given back when the time for a batch is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from lyceum.core.work.leases import LeasePolicy, claim, release

Row = TypeVar("Row", bound=Model)
_NOTHING: Mapping[str, object] = {}


def do_due(
    rows: QuerySet[Row],
    policy: LeasePolicy,
    do: Callable[[Row], None],
    *,
    at: datetime,
    prepare: Callable[[Sequence[Row]], None] | None = None,
    given_back: Mapping[str, object] = _NOTHING,
    **claimed: Any,
) -> int:
    """Claim rows and do them, oldest first, at most a batch; return how many were tried.

    The first claim is of one row and each further one of twice as many: where the work is slow, other workers find the
    rest of it free. After `policy.begin_within` nothing more is begun, and what was claimed is given back with its
    attempt, long before the lease is over.

    Locks: the rows, only while claiming.
    rows: those of the table that are waiting or being worked on.
    do: does one row, and finishes or postpones it; it lets no error through. It gives up a row that is `exhausted`.
    at: the product's time.
    prepare: is told each claim's rows before the first of them is done, to read for all of them at once.
    given_back: columns to write, beside the lease, to what is given back.
    claimed: columns to write with a claim.
    """
    ends = monotonic() + policy.begin_within.total_seconds()
    tried, size = 0, 1
    while tried < policy.batch and monotonic() < ends:
        found = claim(rows, policy, at=at, limit=min(size, policy.batch - tried), **claimed)
        if not found:
            break
        if prepare is not None:
            prepare(found)
        for number, row in enumerate(found):
            if monotonic() >= ends and number:
                release(found[number:], policy, **given_back)
                return tried + number
            do(row)
        tried += len(found)
        size *= 2
    return tried
