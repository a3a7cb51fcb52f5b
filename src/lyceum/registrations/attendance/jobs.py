"""Recomputing the attendance of a large event as a job, so that no request waits for it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.core.models import Job
from lyceum.core.work.jobs import Progress, job_kind
from lyceum.registrations.attendance.services.recompute_event import JOB_KIND, recompute_event


@job_kind(JOB_KIND, says="Matches and decides the attendance of a large event anew.", scopes=("registrations:read",))
def recompute_attendance(job: Job, *, progress: Progress, at: datetime) -> dict[str, Any]:
    """Recompute a large event. Killed on the way, it begins again and comes to the same."""
    return asdict(recompute_event(UUID(job.args["event_id"]), at=at, progress=progress))
