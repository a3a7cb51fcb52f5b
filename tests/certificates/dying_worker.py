"""A worker that is killed (SIGKILL) in the middle: `python dying_worker.py issue|render <n>`. Run by test_races.py."""

import os
import signal
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.suite")
django.setup()

from lyceum.certificates.services import issue_batch, make_pdfs  # noqa: E402 -- Django is set up first
from lyceum.core import clock  # noqa: E402 -- Django is set up first
from lyceum.core.work.jobs import run_next_job  # noqa: E402 -- Django is set up first

counted = 0


def dies_after(real: Any, count: int) -> Any:
    def call(*arguments: Any, **named: Any) -> Any:
        global counted
        counted += 1
        answer = real(*arguments, **named)
        if counted == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return call


what, count = sys.argv[1], int(sys.argv[2])
if what == "issue":
    # Inside the transaction of a portion: its rows are written and not committed.
    issue_batch.issue_for_awards = dies_after(issue_batch.issue_for_awards, count)
    run_next_job(clock.now())
else:
    # Some PDFs of the portion are stored, none is written down.
    make_pdfs._draw = dies_after(make_pdfs._draw, count)
    make_pdfs.render_due_pdfs(clock.now())
