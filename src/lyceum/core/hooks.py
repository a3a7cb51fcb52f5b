"""What core registers in its own registries: the backlog of deliveries."""

from collections.abc import Mapping

from django.db.models import Count

from lyceum.core.models.ledger import Delivery
from lyceum.core.work.backlogs import Backlog, register_backlog


def count_deliveries() -> Mapping[tuple[str, ...], int]:
    """Return how many deliveries of facts wait, and how many were given up."""
    unfinished = (Delivery.Status.PENDING, Delivery.Status.DEAD)
    rows = Delivery.objects.filter(status__in=unfinished).values_list("status").annotate(rows=Count("pk"))
    return {(str(status),): 0 for status in unfinished} | {(status,): count for status, count in rows}


register_backlog(
    Backlog(
        name="lyceum_deliveries",
        says="Deliveries of facts by status.",
        labels=("status",),
        count=count_deliveries,
    )
)
