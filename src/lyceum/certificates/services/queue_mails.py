"""Telling people about their certificates, once the PDF is there to be attached."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from lyceum.accounts.ports import About, Recipient
from lyceum.accounts.rules.topics import Topic
from lyceum.accounts.services.notify import notify
from lyceum.accounts.services.preferences import is_wanted
from lyceum.certificates.models import Certificate

BATCH: Final = 50


@transaction.atomic
def queue_due_mails(at: datetime) -> int:
    """Queue one batch of the mails whose PDF is ready; each certificate is told about once.

    Locks: Certificate (skipping what others hold).
    Returns: how many certificates were dealt with.
    """
    # Any, because the plugin of the type checker loses the annotation on the way.
    waiting: QuerySet[Any] = (
        Certificate.objects.awaiting_mail()
        .select_related("award")
        .annotate(is_wanted=is_wanted(Topic.CERTIFICATE_ISSUED, person="award__person_id"))
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BATCH]
    )
    certificates = list(waiting)
    for certificate in certificates:
        if certificate.status == Certificate.Status.ISSUED and certificate.is_wanted:
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
    if award.person_email:
        person = Recipient(award.person_email, certificate.attendee_name, award.person_id)
        notify(kind, person, About(certificate.pk, certificate.event_id), dedupe_key=str(certificate.pk), at=at)
