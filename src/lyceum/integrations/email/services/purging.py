"""Forgetting old mails."""

from datetime import datetime, timedelta
from typing import Final

from lyceum.integrations.email.models import EmailLog

RETENTION: Final = timedelta(days=365)
BATCH = 1000
_UNDER_WAY = (EmailLog.Status.PENDING, EmailLog.Status.SENDING)


def purge_old_mail(at: datetime) -> int:
    """Forget mails after a year, a thousand at a time, so that no lock lasts. Returns: how many."""
    total = 0
    while True:
        batch = list(
            EmailLog.objects.filter(queued_at__lt=at - RETENTION)
            .exclude(status__in=_UNDER_WAY)
            .order_by("queued_at")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not batch:
            return total
        total += EmailLog.objects.filter(pk__in=batch).delete()[0]
