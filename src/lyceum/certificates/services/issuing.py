"""Issuing: to one, to those who are named, or to all who earned it; a few at once, many as a job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from lyceum.certificates.errors import NoTemplate
from lyceum.certificates.models import Certificate, CertificateTemplate, EventCertificateSettings
from lyceum.certificates.policies import require_issuer
from lyceum.certificates.rules.refused_rows import RefusedRow
from lyceum.certificates.services.issuing_batch import issue_batch
from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.core.models import Job
from lyceum.core.work.jobs import start_job
from lyceum.events.models import Event
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.models import Registration

# More rows than this are a job (the answer is 202 then).
AT_ONCE: Final = 50
BATCH: Final = 100
JOB_KIND: Final = "certificates.issue"


@dataclass
class Outcome:
    """What came of an order to issue."""

    certificate_ids: list[UUID] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        return {
            "issued": len(self.certificate_ids),
            "certificate_uuids": [str(one) for one in self.certificate_ids],
            "refused": [row.as_data() for row in self.refused],
        }


def issue_certificates(
    *,
    event_id: UUID,
    actor: Actor,
    at: datetime,
    registration_ids: Sequence[UUID] | None = None,
    template_id: UUID | None = None,
    send_notification: bool = True,
) -> Outcome | Job:
    """Issue certificates for an event.

    Locks: CertificateTemplate, Registration, Event, batch by batch.
    registration_ids: None means everybody who earned one and never had one; an empty list means nobody.  # A52
    Returns: the outcome, or for more than 50 rows the job that does it.
    Raises: NotFound (404), PermissionDenied (403), ValidationRefused (422), NoTemplate (400).
    Publishes: CertificateIssued for each.
    """
    event = find_event(event_id, actor)
    template = choose_template(event, template_id, actor)
    named = None if registration_ids is None else list(dict.fromkeys(registration_ids))
    total = len(named) if named is not None else candidates(event).count()
    if total > AT_ONCE:
        args = {
            "event_id": str(event.pk),
            "registration_ids": None if named is None else [str(one) for one in named],
            "template_id": str(template.pk) if template else None,
            "notify": send_notification,
        }
        with transaction.atomic():
            return start_job(kind=JOB_KIND, actor=actor, args=args, total=total, about=event.pk, at=at)
    ids = named if named is not None else list(candidates(event).values_list("pk", flat=True))
    outcome = Outcome()
    for batch in batches(ids):
        certificates, refused = issue_batch(
            event_id=event.pk, registration_ids=batch, template_id=template.pk if template else None, actor=actor,
            explicit=named is not None, notify=send_notification, job_id=None, at=at,
        )  # fmt: skip
        outcome.certificate_ids += certificates
        outcome.refused += refused
    return outcome


def issue_one(*, registration_id: UUID, event_id: UUID, actor: Actor, at: datetime) -> Outcome:
    """Issue to one person on the event's usual template, as the product does by itself.

    Locks: CertificateTemplate, Registration, Event.
    Raises: NotFound (404).
    Publishes: CertificateIssued.
    """
    event = find_event(event_id, actor)
    template = usual_template(event)
    certificates, refused = issue_batch(
        event_id=event.pk, registration_ids=[registration_id], template_id=template.pk if template else None,
        actor=actor, explicit=False, notify=True, job_id=None, at=at,
    )  # fmt: skip
    return Outcome(certificates, refused)


def issue_due(*, event_id: UUID, actor: Actor, at: datetime) -> Job | None:
    """Start issuing to everybody who earned one, as the product does by itself; None when nobody did.

    Raises: NotFound (404).
    """
    event = find_event(event_id, actor)
    waiting = candidates(event).count()
    if not waiting:
        return None
    template = usual_template(event)
    args = {
        "event_id": str(event.pk),
        "registration_ids": None,
        "template_id": str(template.pk) if template else None,
        "notify": True,
    }
    with transaction.atomic():
        return start_job(kind=JOB_KIND, actor=actor, args=args, total=waiting, about=event.pk, at=at)


def find_event(event_id: UUID, actor: Actor) -> Event:
    """Return an event that the actor may issue for.

    Raises: NotFound (404), PermissionDenied (403).
    """
    event = get_managed_event(actor, event_id, related=("owner",))
    require_issuer(actor, event)
    return event


def candidates(event: Event) -> Any:
    """Return, in a fixed order, those whom an order for all is about: let in by the decision, and no proof ever yet.

    The event's own state isn't asked here: while it forbids, each row is reported with that reason.
    """
    return (
        Registration.objects.confirmed()
        .filter(event=event)
        .attendance_decided()
        .filter(attendance_is_eligible=True)
        .filter(~Exists(Certificate.objects.filter(registration=OuterRef("pk"))))
        .order_by("pk")
    )


def choose_template(event: Event, named_id: UUID | None, actor: Actor) -> CertificateTemplate | None:
    """Return the call's template, the event's or the owner's default; None stands for the built-in design.

    Raises: ValidationRefused (422) for a stranger's, NoTemplate (400) for a deleted or inactive one.
    """
    if named_id is not None:
        named = CertificateTemplate.all_objects.filter(owner_id=event.owner_id, pk=named_id).first()  # C12
        if named is None:
            raise ValidationRefused({"template_uuid": ["You have no such template."]})
        return _usable(named)
    chosen = (
        EventCertificateSettings.objects.filter(event=event, template__isnull=False).select_related("template").first()
    )
    if chosen is not None and chosen.template is not None:
        return _usable(chosen.template)
    return _default_template(event)


def usual_template(event: Event) -> CertificateTemplate | None:
    """Return what the product prints on by itself: as above, but an inactive choice gives way to the next."""
    chosen = (
        EventCertificateSettings.objects.filter(event=event, template__isnull=False).select_related("template").first()
    )
    if chosen is not None and chosen.template is not None and _is_usable(chosen.template):
        return chosen.template
    return _default_template(event)


def batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Yield the ids in portions that one transaction takes."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def job_certificates(job_id: UUID) -> Any:
    """Return what a job has issued so far."""
    return Certificate.all_objects.filter(job_id=job_id)


def _chosen_template(event: Event) -> CertificateTemplate | None:
    row = EventCertificateSettings.objects.filter(event=event).select_related("template").first()
    return row.template if row is not None else None


def _default_template(event: Event) -> CertificateTemplate | None:
    found: CertificateTemplate | None = CertificateTemplate.objects.filter(
        owner_id=event.owner_id, is_default=True, is_active=True
    ).first()
    return found


def _usable(template: CertificateTemplate) -> CertificateTemplate:
    if not _is_usable(template):
        raise NoTemplate
    return template


def _is_usable(template: CertificateTemplate) -> bool:
    return template.deleted_at is None and template.is_active
