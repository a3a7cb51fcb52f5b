"""Taking a certificate back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lyceum.certificates.errors import AlreadyRevoked
from lyceum.certificates.facts import CertificateWasRevoked
from lyceum.certificates.models import Certificate, CertificateStatusHistory
from lyceum.certificates.policies import require_issuer
from lyceum.certificates.services.mailing import queue_certificate_mail
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import Event
from lyceum.registrations.models import Registration


@transaction.atomic
def revoke_certificate(
    *, certificate_id: UUID, event_id: UUID, actor: Actor, at: datetime, reason: str, category: str, notify: bool = True
) -> Certificate:
    """Revoke for good. The person may get a new one when somebody names their registration.

    Locks: Registration (which guards its certificates), Event.
    certificate_id: the row's id. category: error, misconduct or other; it is public, the reason is not.
    Raises: NotFound (404), PermissionDenied (403), AlreadyRevoked (409).
    Publishes: CertificateWasRevoked.
    """
    found = Certificate.objects.managed_by(actor).filter(pk=certificate_id, event_id=event_id).first()
    if found is None:
        raise NotFound
    require_issuer(actor, Event.all_objects.get(pk=event_id))
    registration = Registration.all_objects.select_for_update(no_key=True).get(pk=found.registration_id)
    certificate: Certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.status != Certificate.Status.ISSUED:
        raise AlreadyRevoked
    certificate.registration = registration
    certificate.status, certificate.revoked_at, certificate.revoked_by_id = (
        Certificate.Status.REVOKED,
        at,
        actor.user_id,
    )
    certificate.revocation_reason, certificate.revocation_category = reason, category
    certificate.save(
        update_fields=[
            "status", "revoked_at", "revoked_by", "revocation_reason", "revocation_category", "updated_at",
        ]
    )  # fmt: skip
    _record(certificate, registration, actor, at)
    if notify:
        queue_certificate_mail(certificate, kind="certificates.revoked", at=at)
    return certificate


def _record(certificate: Certificate, registration: Registration, actor: Actor, at: datetime) -> None:
    CertificateStatusHistory.objects.create(
        certificate=certificate,
        from_status=Certificate.Status.ISSUED,
        to_status=Certificate.Status.REVOKED,
        changed_by_id=actor.user_id,
        category=certificate.revocation_category,
        reason=certificate.revocation_reason,
        changed_at=at,
    )
    registration.certificate_issued, registration.certificate_issued_at = False, None  # A57
    registration.save(update_fields=["certificate_issued", "certificate_issued_at", "updated_at"])
    Event.all_objects.filter(pk=certificate.event_id).update(
        certificate_count=F("certificate_count") - 1, updated_at=at
    )
    publish(
        CertificateWasRevoked(
            certificate.pk, certificate.registration_id, certificate.event_id, certificate.revocation_category
        ),
        actor=actor, about=certificate.pk, at=at,
    )  # fmt: skip
