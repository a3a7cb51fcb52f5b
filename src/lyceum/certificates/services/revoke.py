"""Taking a certificate back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lyceum.certificates.errors import AlreadyRevoked
from lyceum.certificates.facts import CertificateWasRevoked
from lyceum.certificates.models import Award, Certificate, CertificateStatusHistory
from lyceum.certificates.policies import require_issuer
from lyceum.certificates.services.queue_mails import queue_certificate_mail
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ledger import publish
from lyceum.events.models import Event
from lyceum.registrations.models import Registration


@transaction.atomic
def revoke_certificate(
    *,
    certificate_id: UUID,
    actor: Actor,
    at: datetime,
    reason: str,
    category: str,
    event_id: UUID | None = None,
    notify: bool = True,
) -> Certificate:
    """Revoke for good. The award stays, so that a new certificate may be issued for it when somebody asks for that.

    Locks: Event, Registration, Award, Certificate; the first two only where it was earned by attending.
    certificate_id: the row's id. category: error, misconduct or other; it is public, the reason is not.
    event_id: the event whose certificate it has to be; None for any certificate that the actor may manage.
    Raises: NotFound (404), PermissionDenied (403), AlreadyRevoked (409).
    Publishes: CertificateWasRevoked.
    """
    found = Certificate.objects.managed_by(actor).filter(pk=certificate_id)
    found = found if event_id is None else found.filter(event_id=event_id)
    certificate = _lock(found.first(), actor)
    if certificate.status != Certificate.Status.ISSUED:
        raise AlreadyRevoked
    certificate.status, certificate.revoked_at = Certificate.Status.REVOKED, at
    certificate.revoked_by_id = actor.user_id
    certificate.revocation_reason, certificate.revocation_category = reason, category
    certificate.save(
        update_fields=[
            "status", "revoked_at", "revoked_by", "revocation_reason", "revocation_category", "updated_at",
        ]
    )  # fmt: skip
    _uncount(certificate, at)
    _record(certificate, actor, at)
    if notify:
        queue_certificate_mail(certificate, kind="certificates.revoked", at=at)
    return certificate


def _lock(found: Certificate | None, actor: Actor) -> Certificate:
    """Return the certificate, locked behind what it rests on."""
    if found is None:
        raise NotFound
    if found.event_id is not None:
        require_issuer(actor, Event.all_objects.select_for_update(no_key=True).get(pk=found.event_id))
    if found.registration_id is not None:
        Registration.all_objects.select_for_update(no_key=True).get(pk=found.registration_id)
    award = Award.objects.select_for_update(no_key=True).get(pk=found.award_id)
    certificate = Certificate.objects.select_for_update(no_key=True).get(pk=found.pk)
    certificate.award = award
    return certificate


def _uncount(certificate: Certificate, at: datetime) -> None:
    """Take the mark off the registration, and move the event's counter back."""
    if certificate.registration_id is not None:
        Registration.all_objects.filter(pk=certificate.registration_id).update(
            certificate_issued=False, certificate_issued_at=None, updated_at=at
        )
    if certificate.event_id is not None:
        Event.all_objects.filter(pk=certificate.event_id).update(
            certificate_count=F("certificate_count") - 1, updated_at=at
        )


def _record(certificate: Certificate, actor: Actor, at: datetime) -> None:
    CertificateStatusHistory.objects.create(
        certificate=certificate,
        from_status=Certificate.Status.ISSUED,
        to_status=Certificate.Status.REVOKED,
        changed_by_id=actor.user_id,
        category=certificate.revocation_category,
        reason=certificate.revocation_reason,
        changed_at=at,
    )
    fact = CertificateWasRevoked(
        certificate_id=certificate.pk,
        award_id=certificate.award_id,
        registration_id=certificate.registration_id,
        event_id=certificate.event_id,
        category=certificate.revocation_category,
    )
    publish(fact, actor=actor, about=certificate.pk, at=at)
