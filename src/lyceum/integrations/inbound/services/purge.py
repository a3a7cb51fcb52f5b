"""Let go of old deliveries."""

from datetime import datetime, timedelta

from lyceum.core.bulk_delete import delete_in_batches
from lyceum.integrations.inbound.models import InboundDelivery

KEPT = timedelta(days=90)


def purge_deliveries(at: datetime) -> int:
    """Delete deliveries older than 90 days, a batch at a time; what will still be tried stays.

    Returns: how many were deleted.
    """
    old = InboundDelivery.objects.filter(received_at__lt=at - KEPT, due_at__isnull=True).order_by("received_at")
    return delete_in_batches(old)
