"""Telling people about their certificates, once the PDF is there to be attached."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from lyceum.certificates.models import Certificate
from lyceum.integrations.email.services import queue_mail

BATCH: Final = 50


@transaction.atomic
def queue_due_mails(at: datetime) -> int:
    """Queue one batch of the mails whose PDF is ready; each certificate is told about once.

    Locks: Certificate (skipping what others hold).
    Returns: how many certificates were dealt with.
    """
    waiting = (
        Certificate.objects.awaiting_mail()
        .select_related("award__person")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BATCH]
    )
    certificates = list(waiting)
    for certificate in certificates:
        account = certificate.award.person
        if certificate.status == Certificate.Status.ISSUED and (account is None or account.notify_certificate_issued):
            queue_certificate_mail(certificate, kind="certificates.issued", at=at)
    Certificate.objects.filter(pk__in=[one.pk for one in certificates]).update(
        mail_state=Certificate.MailState.QUEUED, mail_queued_at=at, updated_at=at
    )
    return len(certificates)


def queue_certificate_mail(certificate: Certificate, *, kind: str, at: datetime) -> None:
    """Queue one mail about a certificate to whoever holds it, in the caller's transaction.

    Somebody whose account was deleted has no address any more, and gets none.
    """
    award = certificate.award
    if not award.person_email:
        return
    queue_mail(
        kind=kind,
        to=award.person_email,
        name=certificate.attendee_name,
        about_id=certificate.pk,
        event_id=certificate.event_id,
        user_id=award.person_id,
        dedupe_key=str(certificate.pk),
        at=at,
    )
