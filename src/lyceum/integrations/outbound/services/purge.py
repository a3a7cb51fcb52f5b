"""Let go of old calls."""

from datetime import datetime, timedelta

from lyceum.core.bulk_delete import delete_in_batches
from lyceum.integrations.outbound.models import OutboundCall

KEPT = timedelta(days=90)


def purge_calls(at: datetime) -> int:
    """Delete calls that were finished more than 90 days ago, a batch at a time; what will still be tried stays.

    Returns: how many were deleted.
    """
    old = OutboundCall.objects.finished_before(at - KEPT).order_by("finished_at")
    return delete_in_batches(old)
