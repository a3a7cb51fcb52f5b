"""Bulk issuing as a job: batch by batch, each in its own transaction, so that a successor can go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.models import User
from lyceum.accounts.selectors import actor_without_sign_in
from lyceum.certificates.models import Certificate
from lyceum.certificates.selectors import registrations_to_issue
from lyceum.certificates.services.issue import JOB_KIND
from lyceum.certificates.services.issue_batch import BATCH, IssueOrder, issue_batch
from lyceum.core.actors import Actor
from lyceum.core.models import Job
from lyceum.core.work.jobs import Progress, job_kind
from lyceum.events.models import Event


@job_kind(JOB_KIND, says="Issues the certificates of many registrations of an event.", scopes=("certificates:read",))
def issue_in_bulk(job: Job, *, progress: Progress, at: datetime) -> dict[str, Any]:
    """Issue what the job was started for. What it issued before an interruption counts, and isn't issued again."""
    order = _order_of(job)
    actor = _actor_of(job)
    issued = Certificate.all_objects.of_job(job.pk)
    refused: list[dict[str, Any]] = []
    done = 0 if order.explicit else issued.count()
    for batch in _batches(job, order):
        outcome = issue_batch(order=order, registration_ids=batch, actor=actor, at=at)
        refused += [row.as_data() for row in outcome.refused]
        done += len(batch)
        progress(done=done)
    ids = [str(one) for one in issued.order_by("pk").values_list("pk", flat=True)]
    return {"issued": len(ids), "certificate_uuids": ids, "refused": refused}


def _order_of(job: Job) -> IssueOrder:
    args = job.args
    return IssueOrder(
        event_id=UUID(args["event_id"]),
        template_id=UUID(args["template_id"]) if args["template_id"] else None,
        explicit=args["registration_ids"] is not None,
        notify=bool(args["notify"]),
        job_id=job.pk,
    )


def _actor_of(job: Job) -> Actor:
    owner = User.all_objects.filter(pk=job.owner_id).first() if job.owner_id else None
    return actor_without_sign_in(owner) if owner else Actor.system()


def _batches(job: Job, order: IssueOrder) -> Iterator[Sequence[UUID]]:
    """Yield the registrations of each batch: those that were named, else those who still wait when it is their turn."""
    if order.explicit:
        named = [UUID(one) for one in job.args["registration_ids"]]
        yield from (named[start : start + BATCH] for start in range(0, len(named), BATCH))
        return
    waiting = registrations_to_issue(Event.objects.get(pk=order.event_id))
    ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    while ids:
        yield ids
        # Those who were refused still wait, so the next batch begins behind the last one.
        ids = list(waiting.filter(pk__gt=ids[-1]).values_list("pk", flat=True)[:BATCH])
