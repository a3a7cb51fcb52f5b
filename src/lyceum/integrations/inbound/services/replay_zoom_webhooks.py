"""Let an operator have failed deliveries tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lyceum.core.work.wake_up import wake
from lyceum.integrations.inbound.models import ZoomWebhookLog


def replay_zoom_webhooks(*, ids: Sequence[UUID], at: datetime) -> int:
    """Make failed deliveries, and those whose meeting nobody knew, due again with three fresh attempts.

    Returns: how many will be tried; what was completed, or is being worked on, is left alone.
    """
    status = ZoomWebhookLog.Status
    replayable = ZoomWebhookLog.objects.filter(pk__in=ids, processing_status=status.FAILED) | (
        ZoomWebhookLog.objects.filter(pk__in=ids, processing_status=status.SKIPPED, processed_at__isnull=True)
    )
    count = replayable.update(
        processing_status=status.PENDING, processing_attempts=0, next_attempt_at=at, updated_at=at
    )
    if count:
        wake()
    return count
