"""Issuing certificates for awards, however they were earned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from lyceum.certificates.errors import NoTemplate
from lyceum.certificates.facts import CertificateIssued
from lyceum.certificates.models import Award, Certificate, CertificateStatusHistory, CertificateTemplate
from lyceum.certificates.rendering.builtin import DEFAULT_DESIGN
from lyceum.certificates.rules.snapshot import certificate_data
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish_many
from lyceum.core.work.wake_up import wake

# Where the same source earns again, these follow it.
_REWRITTEN: Final = (
    "person", "person_name", "person_email", "subject_title", "earned_on", "credits", "credit_type", "hours",
    "skill_tags", "wording", "updated_at",
)  # fmt: skip


def issue_for_awards(
    *, awards: Sequence[Award], template_id: UUID | None, notify: bool, job_id: UUID | None, actor: Actor, at: datetime
) -> list[Certificate]:
    """Save the awards and issue a certificate for each, in the caller's transaction and few statements.

    The caller has decided that each was earned and has no certificate that stands; the database refuses a second one.

    Locks: Award by id. The caller has locked the template and the awards' sources.
    awards: not saved yet; one whose source was awarded before takes the place of the row that there is.
    template_id: None stands for the built-in design.
    Publishes: CertificateIssued for each.
    """
    if not awards:
        return []
    _save_awards(awards)
    certificates = [_certificate(award, template_id, notify, job_id, actor, at) for award in awards]
    Certificate.objects.bulk_create(certificates)
    CertificateStatusHistory.objects.bulk_create(
        CertificateStatusHistory(
            certificate=one, to_status=Certificate.Status.ISSUED, changed_by_id=actor.user_id, changed_at=at
        )
        for one in certificates
    )
    publish_many([(_fact(one), one.pk) for one in certificates], actor=actor, at=at)
    if template_id is not None:
        CertificateTemplate.all_objects.filter(pk=template_id).update(
            usage_count=F("usage_count") + len(certificates), last_used_at=at, updated_at=at
        )
    wake()
    return certificates


def lock_template_to_print_on(template_id: UUID) -> None:
    """Hold the template while certificates are issued, so that nobody edits it in place or removes it in between.

    Locks: CertificateTemplate.
    Raises: NoTemplate (400) when it was deleted meanwhile.
    """
    template = CertificateTemplate.all_objects.select_for_update(no_key=True).get(pk=template_id)
    if template.deleted_at is not None:
        raise NoTemplate


def _save_awards(awards: Sequence[Award]) -> None:
    known = (
        Award.objects.select_for_update(no_key=True)
        .filter(kind__in={award.kind for award in awards}, source_id__in=[award.source_id for award in awards])
        .order_by("pk")
    )
    ids = {(kind, source_id): pk for pk, kind, source_id in known.values_list("pk", "kind", "source_id")}
    for award in awards:
        award.pk = ids.get((award.kind, award.source_id), award.pk)
    Award.objects.bulk_create(
        awards, update_conflicts=True, unique_fields=["kind", "source_id"], update_fields=_REWRITTEN
    )


def _certificate(
    award: Award, template_id: UUID | None, notify: bool, job_id: UUID | None, actor: Actor, at: datetime
) -> Certificate:
    return Certificate(
        award=award,
        registration_id=award.registration_id,
        event_id=award.event_id,
        template_id=template_id,
        design="" if template_id else DEFAULT_DESIGN,
        issued_by_id=actor.user_id,
        job_id=job_id,
        certificate_data=certificate_data(award, at=at),
        cpd_type=award.credit_type,
        cpd_credits=award.credits,
        event_date=award.earned_on,
        hours_completed=award.hours,
        skill_tags=award.skill_tags,
        issued_at=at,
        pdf_due_at=at,
        mail_state=Certificate.MailState.PENDING if notify else Certificate.MailState.NONE,
    )


def _fact(certificate: Certificate) -> Any:
    return CertificateIssued(
        certificate_id=certificate.pk,
        award_id=certificate.award_id,
        registration_id=certificate.registration_id,
        event_id=certificate.event_id,
    )
