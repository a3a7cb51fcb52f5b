"""What mail holds about a person: to whom mails went, and when."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from lyceum.core.personal_data import register_personal_data
from lyceum.integrations.email.models import EmailLog

_UNDER_WAY = (EmailLog.Status.PENDING, EmailLog.Status.SENDING)


def export_mails(user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every mail to the person."""
    columns = ("kind", "recipient_email", "subject", "status", "queued_at", "sent_at")
    yield "mails", list(EmailLog.objects.filter(user_id=user_id).order_by("queued_at").values(*columns))


def erase_mails(user_id: UUID, *, at: datetime) -> None:
    """Keep that mails were sent, and when; forget to whom. Mails still to be sent keep their address until then."""
    EmailLog.objects.filter(user_id=user_id).exclude(status__in=_UNDER_WAY).update(
        recipient_email=f"erased@{user_id}.invalid", recipient_name="", subject="", updated_at=at
    )


register_personal_data("email", export=export_mails, erase=erase_mails)
