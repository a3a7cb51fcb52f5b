"""What the inbox registers: its backlog."""

from collections.abc import Mapping

from django.db.models import Count

from lyceum.core.work.backlogs import Backlog, register_backlog
from lyceum.integrations.inbound.models import InboundDelivery


def count_inbound() -> Mapping[tuple[str, ...], int]:
    """Return how many deliveries of each source will still be tried, and how many have failed for good."""
    deliveries = InboundDelivery.objects.order_by()
    kinds = {"waiting": deliveries.unfinished(), "failed": deliveries.failed_for_good()}
    return {
        (source, status): count
        for status, rows in kinds.items()
        for source, count in rows.values_list("source").annotate(rows=Count("pk"))
    }


register_backlog(
    Backlog(
        name="lyceum_inbound_deliveries",
        says="Vendors' deliveries by source and status.",
        labels=("source", "status"),
        count=count_inbound,
    )
)
