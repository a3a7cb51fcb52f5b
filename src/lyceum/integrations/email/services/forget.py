"""Forgetting to whom mails went."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from lyceum.core.personal_data import erased_address
from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.models.suppression import stored_hash


@transaction.atomic
def forget_recipient(rows: QuerySet[EmailLog], *, stand_in_id: UUID, at: datetime) -> None:
    """Keep that mails were sent, and when; forget to whom. What is still to be sent is dropped.

    A worker that is sending one of them finds its claim lost, and writes nothing back.
    Locks: EmailLog by id.
    stand_in_id: what the address that stands there instead is made of.
    """
    found = {row.pk: row.status for row in rows.select_for_update(no_key=True).order_by("pk").only("pk", "status")}
    dropped = [pk for pk, status in found.items() if status in EmailLog.UNDER_WAY]
    nobody = {"recipient_email": erased_address(stand_in_id), "recipient_name": "", "subject": "", "dedupe_key": None}
    EmailLog.objects.filter(pk__in=list(found)).update(**nobody, updated_at=at)
    EmailLog.objects.filter(pk__in=dropped).update(
        status=EmailLog.Status.SKIPPED, error_code="erased", due_at=None, lease_until=None
    )


def forget_after_last_mail(log: EmailLog, *, at: datetime) -> None:
    """Erase the address of somebody's last mail, and where they had proven it, of whatever was queued before.

    Work that was under way while the account was deleted may have queued a mail for it: that one ends here.
    Locks: EmailLog by id.
    """
    concerned = Q(pk=log.pk)
    if log.params.get("proven"):
        concerned |= Q(recipient_email=log.recipient_email, queued_at__lte=log.queued_at)
    forget_recipient(EmailLog.objects.filter(concerned), stand_in_id=log.pk, at=at)


def forget_suppressed(emails: frozenset[str], *, at: datetime) -> None:
    """Replace addresses that must not be written to by their keyed hashes, by which they are still known."""
    for row in Suppression.objects.filter(email__in=emails).order_by("pk"):
        hashed = stored_hash(row.email)
        if Suppression.objects.filter(email=hashed, reason=row.reason).exists():
            row.delete()
        else:
            row.email, row.updated_at = hashed, at
            row.save(update_fields=["email", "updated_at"])
