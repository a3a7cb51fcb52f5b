"""Let an operator have failed deliveries tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lyceum.core.work.leases import requeue
from lyceum.core.work.wake_up import wake
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services.process import POLICY


def replay_deliveries(*, ids: Sequence[UUID], at: datetime) -> int:
    """Make failed deliveries, and those whose subject nobody knew, due again with three fresh attempts.

    Returns: how many will be tried; what was completed, or is being worked on, is left alone.
    """
    chosen = InboundDelivery.objects.filter(pk__in=ids).replayable()
    count = requeue(chosen, POLICY, at=at, status=InboundDelivery.Status.PENDING, updated_at=at)
    if count:
        wake()
    return count
