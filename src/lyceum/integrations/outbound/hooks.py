"""What outbound calls register: their backlog."""

from collections.abc import Mapping

from django.db.models import Count

from lyceum.core.work.backlogs import Backlog, register_backlog
from lyceum.integrations.outbound.models import OutboundCall


def count_outbound() -> Mapping[tuple[str, ...], int]:
    """Return how many calls wait to be made or for their handler, and how many have failed, for each vendor."""
    calls = OutboundCall.objects.order_by()
    kinds = {"waiting": calls.to_call(), "answered": calls.to_hand_over(), "failed": calls.failed()}
    return {
        (vendor, status): count
        for status, rows in kinds.items()
        for vendor, count in rows.values_list("vendor").annotate(rows=Count("pk"))
    }


register_backlog(
    Backlog(
        name="lyceum_outbound_calls",
        says="Calls to vendors by vendor and status.",
        labels=("vendor", "status"),
        count=count_outbound,
    )
)
