"""What mail does by itself: due mails leave, old ones are forgotten."""

from datetime import datetime, timedelta
from typing import Final

from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.services.sending import send_due

RETENTION: Final = timedelta(days=365)
_BATCH = 1000
_UNDER_WAY = (EmailLog.Status.PENDING, EmailLog.Status.SENDING)


def purge_old_mail(at: datetime) -> int:
    """Forget mails after a year, a thousand at a time, so that no lock lasts. Returns: how many."""
    total = 0
    while True:
        batch = list(
            EmailLog.objects.filter(queued_at__lt=at - RETENTION)
            .exclude(status__in=_UNDER_WAY)
            .order_by("queued_at")
            .values_list("pk", flat=True)[:_BATCH]
        )
        if not batch:
            return total
        total += EmailLog.objects.filter(pk__in=batch).delete()[0]


register_work(name="mail", run=send_due)
every(seconds=86_400, name="email.purge", run=purge_old_mail)
