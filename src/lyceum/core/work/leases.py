"""Leases: a worker takes due rows for a while, so that no other takes them too, and loses them if it dies.

The life of a row of due work (the columns of `core.models.Leased`):

    queued ──claim──► leased ──finish───► done: due_at is null
      ▲                 │ │
      │                 │ └──postpone──► queued for later, or given up after the last attempt: due_at is null
      └──lease is over──┘

A claim counts the attempt before anything is done, in a transaction of its own, and nothing stays locked while the work
is done. So work that kills its worker is tried a bounded number of times, and work whose worker was killed is taken up
again when its lease is over. `due_at` is on the product's clock, `lease_until` on the real one: moving the product's
clock forward must not take a row from a worker that is alive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Model, Q, QuerySet

from lyceum.core import clock
from lyceum.core.bulk_update import write_columns

Row = TypeVar("Row", bound=Model)
_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """How the rows of one table are claimed and tried.

    batch: how many rows one claim takes at most. All of them have to be worked on before the lease is over.
    duration: how long a lease lasts. A worker that needs longer is taken for dead, unless it extends the lease.
    max_attempts: how often a row is tried before it is given up.
    back_off: the pause after a failed attempt, by the number of that attempt, 1 for the first.
    begin_within: how long after a claim its rows are begun; `batches` gives the others back.
    prefix: what stands before the names of the three columns, on a table where they stand among others ("pdf_").
    """

    batch: int
    duration: timedelta
    max_attempts: int
    back_off: Callable[[int], timedelta]
    begin_within: timedelta = timedelta(seconds=10)
    prefix: str = ""


class ClaimLost(Exception):
    """The lease ended and another worker has the row. Raise it to undo what was done for the row."""


def claim(
    rows: QuerySet[Row], policy: LeasePolicy, *, at: datetime, limit: int | None = None, **values: Any
) -> list[Row]:
    """Take a batch of rows that are due and that no worker has, the oldest due first.

    A row whose last worker died is taken alone: if it was this row that killed the worker, then the rest of a batch
    would lose an attempt each time.

    Locks: the rows, skipping those that another worker is claiming, until the claim is written.
    rows: those of the table that are waiting or being worked on.
    at: the product's time.
    limit: take fewer than the policy's batch.
    values: further columns to write with the claim.
    Returns: the rows with what was written. Give up those that are `exhausted`.
    """
    free = rows.filter(_free(policy, at))
    # Looked first without a lock: a claim takes the only write lock that SQLite has.
    if not free.exists():
        return []
    size = policy.batch if limit is None else min(limit, policy.batch)
    with transaction.atomic():
        oldest_first = free.order_by(f"{policy.prefix}due_at", "pk")
        found = list(oldest_first.select_for_update(skip_locked=True, of=("self",))[:size])
        return _lease(_abandoned_alone(found, policy), policy, values)


def exhausted(row: Model, policy: LeasePolicy) -> bool:
    """Say whether the workers of all its attempts died: the row was claimed only to be given up."""
    return _attempts(row, policy) > policy.max_attempts


def held(row: Row, policy: LeasePolicy) -> QuerySet[Row]:
    """Return the row for as long as this very claim holds it, and nothing when the claim is lost."""
    lease = f"{policy.prefix}lease_until"
    # The attempt alone would not do: an operator who tries again counts from the beginning.
    this_claim = {
        f"{policy.prefix}attempts": _attempts(row, policy),
        lease: _lease_until(row, policy),
        f"{lease}__isnull": False,
    }
    return type(row)._base_manager.filter(pk=row.pk, **this_claim)  # noqa: SLF001 -- Django's documented API


def still_held(stored: QuerySet[Row], rows: Sequence[Row], policy: LeasePolicy) -> list[Row]:
    """Return those of a batch whose claims still hold.

    stored: all rows of the table, in the order in which they are locked if they are.
    """
    prefix = policy.prefix
    found = stored.filter(pk__in=[row.pk for row in rows])
    claims = {key: claim for key, *claim in found.values_list("pk", f"{prefix}attempts", f"{prefix}lease_until")}
    return [row for row in rows if claims.get(row.pk) == [_attempts(row, policy), _lease_until(row, policy)]]


def finish(row: Model, policy: LeasePolicy, **values: Any) -> bool:
    """End the work on a row: nothing more is to be done.

    values: further columns to write.
    Returns: False when the claim was lost; then nothing is written.
    """
    return _write(row, policy, {"due_at": None, "lease_until": None}, values)


def finish_many(rows: Sequence[Row], policy: LeasePolicy, columns: Sequence[str], *, at: datetime) -> list[Row]:
    """End the work on a batch of one table with two statements, each row with its own values of these columns.

    Locks: the rows, by id, until the caller's transaction ends.
    at: what `updated_at` becomes.
    Returns: the rows that were still this worker's; of the others nothing is written.
    """
    if not rows:
        return []
    prefix = policy.prefix
    with transaction.atomic():
        mine = _lock_held(rows, policy)
        write_columns(mine, columns, at=at, **{f"{prefix}due_at": None, f"{prefix}lease_until": None})
    return mine


def finish_alike(rows: Sequence[Row], policy: LeasePolicy, **values: Any) -> bool:
    """End the work on a batch of one table with two statements, all rows with the same values.

    Locks: the rows, by id, until the caller's transaction ends.
    Returns: False when the claim of one was lost; then nothing is written.
    """
    ends: dict[str, Any] = {f"{policy.prefix}{name}": None for name in ("due_at", "lease_until")}
    with transaction.atomic():
        mine = _lock_held(rows, policy)
        if len(mine) < len(rows):
            return False
        of_table = type(rows[0])._base_manager  # noqa: SLF001 -- as above
        of_table.filter(pk__in=[row.pk for row in mine]).update(**ends, **values)
    return True


def postpone(
    row: Model, policy: LeasePolicy, *, at: datetime, when_given_up: Mapping[str, object] = _NOTHING, **values: Any
) -> bool:
    """Note a failure: the row is due again after the back-off, or given up after its last attempt.

    at: the product's time.
    values: further columns to write; `when_given_up`: those that are written over them after the last attempt.
    Returns: whether the row was given up. A lost claim writes nothing.
    """
    attempts = _attempts(row, policy)
    if attempts >= policy.max_attempts:
        return finish(row, policy, **{**values, **when_given_up})
    _write(row, policy, {"due_at": at + policy.back_off(attempts), "lease_until": None}, values)
    return False


def release(rows: Sequence[Model], policy: LeasePolicy, **values: Any) -> None:
    """Give back rows that were claimed and not begun: they are due as before, and the attempt isn't counted.

    values: further columns to write.
    """
    for row in rows:
        _write(row, policy, {"attempts": _attempts(row, policy) - 1, "lease_until": None}, values)


def extend(row: Model, policy: LeasePolicy, **values: Any) -> bool:
    """Keep a row for another lease, from now on, while long work goes on.

    values: further columns to write, such as how far the work is.
    Returns: False when the claim was lost; then nothing is written.
    """
    return _write(row, policy, {"lease_until": clock.real_now() + policy.duration}, values)


def requeue(rows: QuerySet[Row], policy: LeasePolicy, *, at: datetime, **values: Any) -> int:
    """Give rows all their attempts again, from now on, except those that a worker has.

    at: the product's time.
    values: further columns to write.
    Returns: how many rows are due now.
    """
    prefix = policy.prefix
    columns: dict[str, Any] = {f"{prefix}attempts": 0, f"{prefix}due_at": at}
    return rows.filter(**{f"{prefix}lease_until__isnull": True}).update(**columns, **values)


def _lock_held(rows: Sequence[Row], policy: LeasePolicy) -> list[Row]:
    stored = type(rows[0])._base_manager.all()  # noqa: SLF001 -- as above
    return still_held(stored.select_for_update(of=("self",), no_key=True).order_by("pk"), rows, policy)


def _free(policy: LeasePolicy, at: datetime) -> Q:
    lease = f"{policy.prefix}lease_until"
    unleased = Q(**{f"{lease}__isnull": True}) | Q(**{f"{lease}__lte": clock.real_now()})
    return unleased & Q(**{f"{policy.prefix}due_at__lte": at})


def _abandoned_alone(found: list[Row], policy: LeasePolicy) -> list[Row]:
    fresh = [row for row in found if getattr(row, f"{policy.prefix}lease_until") is None]
    return fresh if found[:1] == fresh[:1] else found[:1]


def _lease(rows: list[Row], policy: LeasePolicy, values: Mapping[str, Any]) -> list[Row]:
    if not rows:
        return []
    attempts = f"{policy.prefix}attempts"
    written = {f"{policy.prefix}lease_until": clock.real_now() + policy.duration, **values}
    of_table = type(rows[0])._base_manager  # noqa: SLF001 -- Django's documented API
    of_table.filter(pk__in=[row.pk for row in rows]).update(**{attempts: F(attempts) + 1}, **written)
    for row in rows:
        _set(row, {attempts: getattr(row, attempts) + 1, **written})
    return rows


def _write(row: Model, policy: LeasePolicy, columns: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    written = {**{f"{policy.prefix}{name}": value for name, value in columns.items()}, **values}
    if not held(row, policy).update(**written):
        return False
    # In memory the row keeps its lease: the claim is known by it if the caller's transaction fails after all.
    lease = f"{policy.prefix}lease_until"
    _set(row, {name: value for name, value in written.items() if value is not None or name != lease})
    return True


def _set(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _lease_until(row: Model, policy: LeasePolicy) -> datetime | None:
    until: datetime | None = getattr(row, f"{policy.prefix}lease_until")
    return until


def _attempts(row: Model, policy: LeasePolicy) -> int:
    attempts: int = getattr(row, f"{policy.prefix}attempts")
    return attempts
