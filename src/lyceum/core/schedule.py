"""What core does by itself: deliveries of facts and jobs as due work, and the upkeep of its own tables."""

from datetime import datetime, timedelta

from lyceum.core import clock
from lyceum.core.files.unused import remove_unused_files
from lyceum.core.ledger.delivering import deliver_due
from lyceum.core.models.idempotency import IdempotencyKey
from lyceum.core.work.jobs import run_next_job
from lyceum.core.work.schedules import DueWork, Periodic


def purge_expired(at: datetime) -> int:
    """Remove the idempotency keys whose day is over; they live on the real clock."""
    return IdempotencyKey.objects.filter(expires_at__lte=clock.real_now()).delete()[0]


SCHEDULE = [
    DueWork(
        name="core.deliveries",
        run=deliver_due,
        says="Runs the reactions to facts.",
    ),
    DueWork(
        name="core.jobs",
        run=run_next_job,
        says="Runs the next long job.",
    ),
    Periodic(
        name="core.purge_idempotency_keys",
        every=timedelta(hours=1),
        run=purge_expired,
        says="Removes the idempotency keys that are a day old.",
    ),
    Periodic(
        name="core.remove_unused_files",
        every=timedelta(days=1),
        run=remove_unused_files,
        says="Removes stored files that no row names and that are older than a day.",
    ),
]
