"""What the inbox registers: its backlog."""

from collections.abc import Mapping

from lyceum.core.work.backlogs import Backlog, count_by, register_backlog
from lyceum.integrations.inbound.models import InboundDelivery


def count_inbound() -> Mapping[tuple[str, ...], int]:
    """Return how many deliveries of each source will still be tried, and how many have failed for good."""
    deliveries = InboundDelivery.objects
    return count_by("source", {"waiting": deliveries.unfinished(), "failed": deliveries.failed_for_good()})


register_backlog(
    Backlog(
        name="lyceum_inbound_deliveries",
        says="Vendors' deliveries by source and status.",
        labels=("source", "status"),
        count=count_inbound,
    )
)
