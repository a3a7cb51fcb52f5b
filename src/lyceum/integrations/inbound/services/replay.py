"""Let an operator have failed deliveries tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lyceum.core.work.wake_up import wake
from lyceum.integrations.inbound.models import InboundDelivery


def replay_deliveries(*, ids: Sequence[UUID], at: datetime) -> int:
    """Make failed deliveries, and those whose subject nobody knew, due again with three fresh attempts.

    Returns: how many will be tried; what was completed, or is being worked on, is left alone.
    """
    count = (
        InboundDelivery.objects.filter(pk__in=ids)
        .replayable()
        .update(status=InboundDelivery.Status.PENDING, attempts=0, due_at=at, updated_at=at)
    )
    if count:
        wake()
    return count
