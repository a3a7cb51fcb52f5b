"""Forgetting old mails."""

from datetime import datetime, timedelta
from typing import Final

from lyceum.core.bulk_delete import delete_in_batches
from lyceum.integrations.email.models import EmailLog

RETENTION: Final = timedelta(days=365)


def purge_old_mail(at: datetime) -> int:
    """Forget mails after a year, a thousand at a time, so that no lock lasts. Returns: how many."""
    old = EmailLog.objects.filter(queued_at__lt=at - RETENTION).exclude(status__in=EmailLog.UNDER_WAY)
    return delete_in_batches(old.order_by("queued_at"))
