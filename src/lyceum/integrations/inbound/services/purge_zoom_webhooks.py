"""Let go of old deliveries."""

from datetime import datetime, timedelta

from lyceum.integrations.inbound.models import ZoomWebhookLog

KEPT = timedelta(days=90)
BATCH = 1000


def purge_zoom_webhooks(at: datetime) -> int:
    """Delete deliveries older than 90 days, a batch at a time; what will still be tried stays (B48).

    Returns: how many were deleted.
    """
    old = ZoomWebhookLog.objects.filter(received_at__lt=at - KEPT, next_attempt_at__isnull=True).order_by("received_at")
    deleted = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        deleted += ZoomWebhookLog.objects.filter(pk__in=ids).delete()[0]
    return deleted
