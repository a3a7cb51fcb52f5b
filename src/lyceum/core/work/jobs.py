"""Long work with progress: started in a request, done by a worker, resumed by another if that one dies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.models.job import Job
from lyceum.core.work.due_work import wake

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5

Progress = Callable[..., None]
Runner = Callable[..., dict[str, Any] | None]
_KINDS: dict[str, Runner] = {}


class LeaseLost(Exception):
    """Another worker has taken the job over; this one stops where it is."""


def job_kind(name: str) -> Callable[[Runner], Runner]:
    """Register `run(job, *, progress, at) -> result`. It commits in small steps and can start again at any point.

    progress(done=, total=) tells how far it is and keeps the lease; set `job.file_key` and `job.file_name`
    for a download.
    """

    def register(function: Runner) -> Runner:
        if name in _KINDS:
            raise TypeError(f"The job kind {name} is registered twice.")
        _KINDS[name] = function
        return function

    return register


def start_job(
    *, kind: str, actor: Actor, args: dict[str, Any], at: datetime, total: int | None = None, about: UUID | None = None
) -> Job:
    """Queue a job in the caller's transaction; a worker begins after it commits.

    args: small JSON values, ids rather than people's data.
    """
    if kind not in _KINDS:
        raise LookupError(f"No job kind is called {kind}.")
    job = Job.objects.create(kind=kind, owner_id=actor.user_id, args=args, total=total, about_id=about, due_at=at)
    wake()
    return job


def retry_jobs(*, ids: list[UUID], at: datetime) -> int:
    """Give failed jobs new attempts, for an operator who has seen to the cause; return how many."""
    count = Job.objects.filter(pk__in=ids, status=Job.Status.FAILED).update(
        status=Job.Status.QUEUED, attempts=0, due_at=at, finished_at=None, error="", updated_at=at
    )
    wake()
    return count


def run_next_job(at: datetime) -> int:
    """Claim and run one due job; return how many were run."""
    if not Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING], due_at__lte=at).exists():
        # Looked first, because a claim takes the only write lock that SQLite has.
        return 0
    job = _claim(at)
    if job is None:
        return 0
    try:
        result = _KINDS[job.kind](job, progress=_progress(job), at=at)
    except LeaseLost:
        return 1
    except Exception as error:  # Whatever it was, the job is tried again later or marked as failed.
        log.exception("job_failed", extra={"kind": job.kind, "job": str(job.id)})
        _fail(job, error, at)
        return 1
    _finish(job, result)
    return 1


@transaction.atomic
def _claim(at: datetime) -> Job | None:
    real = clock.real_now()
    free = Q(status=Job.Status.QUEUED) | Q(status=Job.Status.RUNNING, lease_until__lt=real)
    due = Job.objects.filter(free, due_at__lte=at)
    job = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
    if job is None:
        return None
    if job.attempts >= MAX_ATTEMPTS:
        _close(job, Job.Status.FAILED, error="TooManyAttempts")
        return None
    job.status, job.lease_until, job.attempts = Job.Status.RUNNING, real + LEASE, job.attempts + 1
    job.save(update_fields=["status", "lease_until", "attempts", "updated_at"])
    return job


def _progress(job: Job) -> Progress:
    attempt = job.attempts

    def report(*, done: int | None = None, total: int | None = None) -> None:
        job.done = job.done if done is None else done
        job.total = job.total if total is None else total
        if job.total is not None:
            job.total = max(job.total, job.done)
        changed = Job.objects.filter(pk=job.pk, attempts=attempt, status=Job.Status.RUNNING).update(
            done=job.done, total=job.total, lease_until=clock.real_now() + LEASE
        )
        if not changed:
            raise LeaseLost

    return report


def _finish(job: Job, result: dict[str, Any] | None) -> None:
    job.result = result or {}
    if job.total is not None:
        job.done = job.total
    _close(job, Job.Status.COMPLETED)


def _fail(job: Job, error: Exception, at: datetime) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        _close(job, Job.Status.FAILED, error=type(error).__name__)
        return
    job.status, job.lease_until, job.error = Job.Status.QUEUED, None, type(error).__name__
    job.due_at = at + timedelta(seconds=5 * 2**job.attempts)
    job.save(update_fields=["status", "lease_until", "error", "due_at", "updated_at"])


def _close(job: Job, status: str, *, error: str = "") -> None:
    job.status, job.error, job.lease_until, job.finished_at = status, error, None, clock.now()
    job.save(
        update_fields=[
            "status",
            "error",
            "lease_until",
            "finished_at",
            "result",
            "done",
            "total",
            "file_key",
            "file_name",
            "updated_at",
        ]
    )
