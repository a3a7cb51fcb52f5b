"""What outbound calls register: their backlog."""

from collections.abc import Mapping

from lyceum.core.work.backlogs import Backlog, count_by, register_backlog
from lyceum.integrations.outbound.models import OutboundCall


def count_outbound() -> Mapping[tuple[str, ...], int]:
    """Return how many calls wait to be made or for their handler, and how many have failed, for each vendor."""
    calls = OutboundCall.objects
    return count_by("vendor", {"waiting": calls.to_call(), "answered": calls.to_hand_over(), "failed": calls.failed()})


register_backlog(
    Backlog(
        name="lyceum_outbound_calls",
        says="Calls to vendors by vendor and status.",
        labels=("vendor", "status"),
        count=count_outbound,
    )
)
