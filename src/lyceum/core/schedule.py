"""What core does by itself: deliveries of facts and jobs as due work, and the upkeep of its own tables."""

from datetime import datetime

from lyceum.core import clock
from lyceum.core.ledger.delivering import deliver_due
from lyceum.core.models.idempotency import IdempotencyKey
from lyceum.core.work.due_work import register_work
from lyceum.core.work.jobs import run_next_job
from lyceum.core.work.periodic import every


def purge_expired(at: datetime) -> int:
    """Remove the idempotency keys whose day is over; they live on the real clock."""
    return IdempotencyKey.objects.filter(expires_at__lte=clock.real_now()).delete()[0]


register_work(name="ledger", run=deliver_due)
register_work(name="jobs", run=run_next_job)
every(seconds=3600, name="core.purge_idempotency_keys", run=purge_expired)
