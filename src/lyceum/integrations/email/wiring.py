"""What this app registers with core when it is ready."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from lyceum.core.periodic import every
from lyceum.core.privacy import register_personal_data
from lyceum.core.work import register_work
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.sending import send_due

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


def export_mails(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every mail to the person."""
    columns = ("kind", "recipient_email", "subject", "status", "queued_at", "sent_at")
    yield "mails", list(EmailLog.objects.filter(user_id=user_id).order_by("queued_at").values(*columns))


def erase_mails(user_id: UUID, *, at: datetime) -> None:
    """Keep that mails were sent, and when; forget to whom. Mails still to be sent keep their address until then."""
    EmailLog.objects.filter(user_id=user_id).exclude(status__in=_UNDER_WAY).update(
        recipient_email=f"erased@{user_id}.invalid", recipient_name="", subject="", updated_at=at
    )


register_work(name="mail", run=send_due)
every(seconds=86_400, name="email.purge", run=purge_old_mail)
register_personal_data("email", export=export_mails, erase=erase_mails)
