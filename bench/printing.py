"""Issuing and printing in one process on one core: `python -m bench.printing COUNT` prints JSON.

The same certificates are printed twice, in turns of a hundred: by the product (claim, draw, store, write back) and by
the bare renderer, which only draws.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from bench.seed import hot_event, registrations  # noqa: E402 -- Django is set up first
from lyceum.certificates.models import Certificate  # noqa: E402 -- as above
from lyceum.certificates.rendering.draw_pdf import render_pdf  # noqa: E402 -- as above
from lyceum.certificates.rendering.layouts import content_of, layout_of  # noqa: E402 -- as above
from lyceum.certificates.services.issue import issue_certificates  # noqa: E402 -- as above
from lyceum.certificates.services.make_pdfs import render_due_pdfs  # noqa: E402 -- as above
from lyceum.core.actors import Actor  # noqa: E402 -- as above
from lyceum.core.models import Job  # noqa: E402 -- as above
from lyceum.core.work.jobs import run_next_job  # noqa: E402 -- as above
from lyceum.events.models import Event  # noqa: E402 -- as above


def rates(count: int) -> dict[str, float]:
    """Return PDFs a second through the product and through the bare renderer."""
    _issue(count)
    certificates = list(Certificate.objects.order_by("pk").values("certificate_data", "certificate_id", "issued_at"))
    layout = layout_of(None)
    _draw(certificates[:20], layout)
    full = bare = 0.0
    for start in range(0, count, 100):
        begun = time.perf_counter()
        done = render_due_pdfs(datetime.now(UTC))
        full += time.perf_counter() - begun
        if done != 100:
            raise SystemExit(f"The product printed {done} of 100.")
        begun = time.perf_counter()
        _draw(certificates[start : start + 100], layout)
        bare += time.perf_counter() - begun
    ready = Certificate.objects.filter(pdf_state="ready").count()
    if ready != count:
        raise SystemExit(f"{ready} of {count} PDFs are ready.")
    return {"full": count / full, "bare": count / bare}


def memory(count: int) -> dict[str, float]:
    """Issue so many in bulk as a job; return the peak memory after a fifth and at the end, MiB."""
    _issue(100)
    while render_due_pdfs(datetime.now(UTC)):
        pass
    event = _completed(count)
    issue_certificates(event_id=event, actor=Actor.system(), at=datetime.now(UTC))
    run_next_job(datetime.now(UTC))
    early = 0.0
    printed = 0
    while done := render_due_pdfs(datetime.now(UTC)):
        printed += done
        if not early and printed >= count // 5:
            early = _resident()
    job = Job.objects.get()
    if (job.status, (job.result or {}).get("issued")) != ("completed", count):
        raise SystemExit(f"The job is {job.status}: {str(job.result)[:200]}")
    return {"early": early, "end": _resident(), "issued": float(Certificate.objects.filter(event_id=event).count())}


def _issue(count: int) -> None:
    event = _completed(count)
    outcome = issue_certificates(event_id=event, actor=Actor.system(), at=datetime.now(UTC))
    if isinstance(outcome, Job):
        run_next_job(datetime.now(UTC))
        Job.objects.all().delete()


def _completed(count: int) -> UUID:
    event = str(hot_event("0", "0")["event"])
    registrations(event, str(count))
    Event.objects.filter(pk=event).update(status="completed")
    return UUID(event)


def _draw(certificates: list[dict[str, Any]], layout: Any) -> None:
    for row in certificates:
        render_pdf(
            content_of(row["certificate_data"], certificate_id=row["certificate_id"], issued_at=row["issued_at"]),
            layout,
        )


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    os.sched_setaffinity(0, {0})
    work = {"rates": rates, "memory": memory}[sys.argv[1]]
    print(json.dumps(work(int(sys.argv[2]))))
