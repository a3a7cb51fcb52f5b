"""Long work with progress: started in a request, done by a worker, resumed by another if that one dies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.files import storage
from lyceum.core.models.job import Job
from lyceum.core.work.batches import do_due
from lyceum.core.work.leases import ClaimLost, LeasePolicy, exhausted, extend, finish, postpone, requeue
from lyceum.core.work.wake_up import wake

log = logging.getLogger(__name__)

# One at a time: whoever runs a long job isn't to hold others back.
JOBS: Final = LeasePolicy(
    batch=1,
    duration=timedelta(seconds=60),
    max_attempts=5,
    back_off=lambda attempt: timedelta(seconds=5 * 2**attempt),
)

# Whoever gets hold of a link to a personal job's file may fetch it, so it works for the next moments only.
PERSONAL_LINK_SECONDS: Final = 300

Progress = Callable[..., None]
Runner = Callable[..., dict[str, Any] | None]
_KINDS: dict[str, JobKind] = {}


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work.

    run: what does it, as `job_kind` describes.
    says: one sentence for people, which ends up in docs/jobs.md.
    personal: whether it is its owner's alone, see `job_kind`.
    scopes: what an API key needs to see what came of it, beside the right to read jobs; None shows it to no key.
    """

    name: str
    run: Runner
    says: str
    personal: bool
    scopes: tuple[str, ...] | None

    def shows_outcome_to(self, actor: Actor) -> bool:
        """Say whether somebody who may see the job may see its result and its file too."""
        if actor.scopes is None:
            return True
        return self.scopes is not None and all(map(actor.allows_scope, self.scopes))


def job_kind(
    name: str, *, says: str, personal: bool = False, scopes: tuple[str, ...] | None = None
) -> Callable[[Runner], Runner]:
    """Register `run(job, *, progress, at) -> result`. It commits in small steps and can start again at any point.

    `progress(done=, total=)` tells how far it is and keeps the lease; it raises ClaimLost when another worker has
    taken the job over. For a download it sets `job.file_key` and `job.file_name`.

    name: stored with each job, so it never changes once it has shipped.
    says: one sentence for people about what the job does.
    personal: whether its file says everything about a person. Only that person sees such a job, neither staff nor an
        API key, and gets the file only soon after signing in.
    scopes: the rights without which an API key sees how far the job is, and not what came of it: those that reading
        the same elsewhere needs. None: no key sees it.
    """

    def register(function: Runner) -> Runner:
        if name in _KINDS:
            raise TypeError(f"The job kind {name} is registered twice.")
        _KINDS[name] = JobKind(name, function, says, personal, scopes)
        return function

    return register


def job_kinds() -> list[JobKind]:
    """Return every kind of job, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]


def personal_kinds() -> list[str]:
    """Return the kinds of jobs that only their owner sees."""
    return [kind.name for kind in job_kinds() if kind.personal]


def find_job_kind(name: str) -> JobKind | None:
    """Return the kind of that name, unless it doesn't ship any more."""
    return _KINDS.get(name)


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
    failed = Job.objects.filter(pk__in=ids, status=Job.Status.FAILED)
    count = requeue(failed, JOBS, at=at, status=Job.Status.QUEUED, finished_at=None, error="", updated_at=at)
    wake()
    return count


def run_next_job(at: datetime) -> int:
    """Claim and run one due job; return how many were run.

    Locks: Job, only while claiming.
    """
    unfinished = Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return do_due(unfinished, JOBS, lambda job: _run(job, at), at=at, status=Job.Status.RUNNING, updated_at=at)


def _run(job: Job, at: datetime) -> None:
    if exhausted(job, JOBS):
        _fail(job, "TooManyAttempts", at)
        return
    try:
        result = _KINDS[job.kind].run(job, progress=_progress(job), at=at)
    except ClaimLost:
        _discard(job)
    except Exception as error:  # Whatever it was, the job is tried again later or marked as failed.
        log.exception("job_failed", extra={"kind": job.kind, "job": str(job.id)})
        _fail(job, type(error).__name__, at)
    else:
        _complete(job, result)


def _progress(job: Job) -> Progress:
    def report(*, done: int | None = None, total: int | None = None) -> None:
        done = job.done if done is None else done
        total = job.total if total is None else total
        if not extend(job, JOBS, done=done, total=total if total is None else max(total, done)):
            raise ClaimLost

    return report


def _discard(job: Job) -> None:
    """Remove what a run has stored whose claim is lost: another run stores its own, and an erased job none."""
    log.info("job_claim_lost", extra={"job": str(job.id)})
    storage.delete(job.file_key)


def _complete(job: Job, result: dict[str, Any] | None) -> None:
    finished = finish(
        job,
        JOBS,
        status=Job.Status.COMPLETED,
        result=result or {},
        done=job.done if job.total is None else job.total,
        file_key=job.file_key,
        file_name=job.file_name,
        error="",
        finished_at=clock.now(),
        updated_at=clock.now(),
    )
    if not finished:
        _discard(job)


def _fail(job: Job, error: str, at: datetime) -> None:
    given_up = {"status": Job.Status.FAILED, "finished_at": clock.now()}
    postpone(job, JOBS, at=at, when_given_up=given_up, status=Job.Status.QUEUED, error=error, updated_at=clock.now())
