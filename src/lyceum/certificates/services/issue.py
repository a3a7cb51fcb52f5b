"""Issuing an event's certificates: as an organizer orders it, and as the product does it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from lyceum.certificates.models import CertificateTemplate
from lyceum.certificates.policies import require_issuer
from lyceum.certificates.selectors import registrations_to_issue
from lyceum.certificates.services.choose_template import choose_template, usual_template
from lyceum.certificates.services.issue_batch import BATCH, IssueOrder, Outcome, issue_batch
from lyceum.core.actors import Actor
from lyceum.core.models import Job
from lyceum.core.work.jobs import start_job
from lyceum.events.models import Event
from lyceum.events.selectors import get_managed_event

# More registrations than this are a job; the API answers 202 then.
AT_ONCE: Final = 50
JOB_KIND: Final = "certificates.issue"


def issue_certificates(
    *,
    event_id: UUID,
    actor: Actor,
    at: datetime,
    registration_ids: Sequence[UUID] | None = None,
    template_id: UUID | None = None,
    send_notification: bool = True,
) -> Outcome | Job:
    """Issue certificates for an event, as its organizer orders.

    Locks: CertificateTemplate, Event, Registration, Award, batch by batch.
    registration_ids: None means everybody who earned one and never had one; an empty list means nobody.
    Returns: the outcome, or for more than 50 registrations the job that does it.
    Raises: NotFound (404), PermissionDenied (403), ValidationRefused (422), NoTemplate (400).
    Publishes: CertificateIssued for each.
    """
    event = _find_event(event_id, actor)
    template = choose_template(event, template_id)
    named = None if registration_ids is None else list(dict.fromkeys(registration_ids))
    ids = list(registrations_to_issue(event).values_list("pk", flat=True)) if named is None else named
    if len(ids) > AT_ONCE:
        return _start_job(event, template, named, notify=send_notification, total=len(ids), actor=actor, at=at)
    order = _order(event, template, explicit=named is not None, notify=send_notification)
    outcome = Outcome()
    for start in range(0, len(ids), BATCH):
        outcome.add(issue_batch(order=order, registration_ids=ids[start : start + BATCH], actor=actor, at=at))
    return outcome


def issue_due(*, event_id: UUID, actor: Actor, at: datetime) -> Job | None:
    """Start issuing to everybody who earned one, as the product does by itself; None when nobody waits for one.

    Raises: NotFound (404).
    """
    event = _find_event(event_id, actor)
    total = registrations_to_issue(event).count()
    if not total:
        return None
    return _start_job(event, usual_template(event), None, notify=True, total=total, actor=actor, at=at)


def issue_one(*, registration_id: UUID, event_id: UUID, actor: Actor, at: datetime) -> Outcome:
    """Issue to one person on the event's usual template, as the product does by itself.

    Locks: CertificateTemplate, Event, Registration, Award.
    Raises: NotFound (404).
    Publishes: CertificateIssued.
    """
    event = _find_event(event_id, actor)
    order = _order(event, usual_template(event), explicit=False, notify=True)
    return issue_batch(order=order, registration_ids=[registration_id], actor=actor, at=at)


def _find_event(event_id: UUID, actor: Actor) -> Event:
    event = get_managed_event(actor, event_id, related=("owner",))
    require_issuer(actor, event)
    return event


def _order(event: Event, template: CertificateTemplate | None, *, explicit: bool, notify: bool) -> IssueOrder:
    return IssueOrder(
        event_id=event.pk, template_id=template.pk if template else None, explicit=explicit, notify=notify
    )


@transaction.atomic
def _start_job(
    event: Event,
    template: CertificateTemplate | None,
    named: Sequence[UUID] | None,
    *,
    notify: bool,
    total: int,
    actor: Actor,
    at: datetime,
) -> Job:
    args = {
        "event_id": str(event.pk),
        "registration_ids": None if named is None else [str(one) for one in named],
        "template_id": str(template.pk) if template else None,
        "notify": notify,
    }
    return start_job(kind=JOB_KIND, actor=actor, args=args, total=total, about=event.pk, at=at)
