"""Bulk issuing as a job: portion by portion, each in its own transaction, so that a successor can go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.accounts.models import User
from lyceum.certificates.services.issuing import BATCH, JOB_KIND, batches, candidates, job_certificates
from lyceum.certificates.services.issuing_batch import issue_batch
from lyceum.core.actors import Actor
from lyceum.core.models import Job
from lyceum.core.work.jobs import Progress, job_kind
from lyceum.events.models import Event


@job_kind(JOB_KIND, says="Issues the certificates of many registrations of an event.")
def issue_in_bulk(job: Job, *, progress: Progress, at: datetime) -> dict[str, Any]:
    """Issue what the job was started for. What it issued before an interruption counts, and isn't issued again."""
    args = job.args
    template_id = UUID(args["template_id"]) if args["template_id"] else None
    actor = _actor_of(job)
    refused: list[dict[str, Any]] = []
    done = 0 if args["registration_ids"] is not None else job_certificates(job.pk).count()
    for batch in _portions(args):
        _, problems = issue_batch(
            event_id=UUID(args["event_id"]), registration_ids=batch, template_id=template_id, actor=actor,
            explicit=args["registration_ids"] is not None, notify=bool(args["notify"]), job_id=job.pk, at=at,
        )  # fmt: skip
        refused += [row.as_data() for row in problems]
        done += len(batch)
        progress(done=done)
    issued = [str(one) for one in job_certificates(job.pk).order_by("pk").values_list("pk", flat=True)]
    return {"issued": len(issued), "certificate_uuids": issued, "refused": refused}


def _portions(args: dict[str, Any]) -> Iterator[Sequence[UUID]]:
    if args["registration_ids"] is not None:
        yield from batches([UUID(one) for one in args["registration_ids"]])
        return
    event = Event.objects.get(pk=args["event_id"])
    last: UUID | None = None
    while True:
        rest = candidates(event) if last is None else candidates(event).filter(pk__gt=last)
        ids = list(rest.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _actor_of(job: Job) -> Actor:
    owner = User.all_objects.filter(pk=job.owner_id).first() if job.owner_id else None
    return Actor.of(owner) if owner else Actor.system()
