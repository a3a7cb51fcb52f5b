"""One portion of issuing: one transaction, a fixed number of statements whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lyceum.certificates.errors import NoTemplate
from lyceum.certificates.facts import CertificateIssued
from lyceum.certificates.models import Certificate, CertificateStatusHistory, CertificateTemplate
from lyceum.certificates.rendering.builtin import DEFAULT_DESIGN
from lyceum.certificates.rules.refused_rows import RefusedRow, refusal_of, unknown_row
from lyceum.certificates.rules.snapshot import certificate_data, credits_of, hours_of
from lyceum.certificates.services.printed_answers import answers_to_print
from lyceum.core.actors import Actor
from lyceum.core.ledger import publish_many
from lyceum.core.work.wake_up import wake
from lyceum.events.models import Event, EventSession
from lyceum.registrations.models import Registration, SessionAttendance


@transaction.atomic
def issue_batch(
    *,
    event_id: UUID,
    registration_ids: Sequence[UUID],
    template_id: UUID | None,
    actor: Actor,
    explicit: bool,
    notify: bool,
    job_id: UUID | None,
    at: datetime,
) -> tuple[list[UUID], list[RefusedRow]]:
    """Issue to these registrations, each at most once whatever runs beside it.

    Locks: CertificateTemplate, Registration (by id), Event.
    explicit: they were named one by one; job_id: a row that this job issued before it was interrupted counts as done.
    Returns: the certificates' ids in the order given, and each row that got none with its reason.
    Raises: NoTemplate (400) when the template was deleted meanwhile.
    Publishes: CertificateIssued for each.
    """
    if template_id is not None:
        _lock_template(template_id)
    rows = _lock_registrations(event_id, registration_ids)
    event = Event.objects.select_related("owner").get(pk=event_id)
    states, resumed = _certificates_of(rows, job_id)
    made: list[Certificate] = []
    refused: list[RefusedRow] = []
    build = _Builder(event, list(rows.values()), template_id, actor, notify, job_id, at)
    for registration_id in registration_ids:
        registration = rows.get(registration_id)
        if registration_id in resumed:
            continue
        problem = (
            unknown_row(registration_id)
            if registration is None
            else refusal_of(registration, event, states[registration_id], explicit=explicit)
        )
        if problem is not None or registration is None:
            refused.append(problem or unknown_row(registration_id))
        else:
            made.append(build.certificate(registration))
    _write(made, event, template_id, actor, at)
    by_registration = resumed | {one.registration_id: one.pk for one in made}
    return [by_registration[one] for one in registration_ids if one in by_registration], refused


def _lock_template(template_id: UUID) -> None:
    """Hold the template while we issue, so that nobody edits it in place or removes it in between."""
    template = CertificateTemplate.all_objects.select_for_update(no_key=True).get(pk=template_id)
    if template.deleted_at is not None:
        raise NoTemplate


def _lock_registrations(event_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Registration]:
    found = (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "attendance")
        .filter(event_id=event_id, pk__in=ids)
        .order_by("pk")
    )
    return {row.pk: row for row in found}


def _certificates_of(
    rows: dict[UUID, Registration], job_id: UUID | None
) -> tuple[dict[UUID, set[str]], dict[UUID, UUID]]:
    states: dict[UUID, set[str]] = defaultdict(set)
    resumed: dict[UUID, UUID] = {}
    found = Certificate.objects.filter(registration_id__in=rows)
    for pk, registration_id, status, job in found.values_list("pk", "registration_id", "status", "job_id"):
        states[registration_id].add(status)
        if job_id is not None and job == job_id:
            resumed[registration_id] = pk
    return states, resumed


class _Builder:
    """Makes rows of one portion, having read once what they share."""

    def __init__(
        self,
        event: Event,
        rows: Sequence[Registration],
        template_id: UUID | None,
        actor: Actor,
        notify: bool,
        job_id: UUID | None,
        at: datetime,
    ) -> None:
        self.event, self.template_id, self.actor, self.notify, self.job_id, self.at = (
            event, template_id, actor, notify, job_id, at,
        )  # fmt: skip
        self.sessions = list(EventSession.objects.counting().filter(event=event).order_by("session_number"))
        self.attended: dict[UUID, set[UUID]] = defaultdict(set)
        if len(self.sessions) > 1:
            seen = SessionAttendance.objects.filter(registration__in=[row.pk for row in rows])
            for registration_id, session_id, attended, override in seen.values_list(
                "registration_id", "session_id", "attended", "attendance_override"
            ):
                if attended if override is None else override:
                    self.attended[registration_id].add(session_id)

        self.answers = answers_to_print(event, [row.pk for row in rows])

    def certificate(self, registration: Registration) -> Certificate:
        event = self.event
        earned = credits_of(registration, event, sessions=self.sessions, attended=self.attended[registration.pk])
        hours = hours_of(registration, event)
        data = certificate_data(registration, event, credits_earned=earned, hours=hours, at=self.at)
        data["custom_fields"] = self.answers.get(registration.pk, [])
        return Certificate(
            registration=registration,
            event=event,
            template_id=self.template_id,
            design="" if self.template_id else DEFAULT_DESIGN,
            issued_by_id=self.actor.user_id,
            job_id=self.job_id,
            certificate_data=data,
            cpd_type=data["cpd_type"],
            cpd_credits=earned,
            event_date=event.starts_at.astimezone(event.zone).date(),
            hours_completed=hours,
            skill_tags=event.skill_tags,
            issued_at=self.at,
            pdf_due_at=self.at,
            mail_state=Certificate.MailState.PENDING if self.notify else Certificate.MailState.NONE,
        )


def _write(made: list[Certificate], event: Event, template_id: UUID | None, actor: Actor, at: datetime) -> None:
    if not made:
        return
    Certificate.objects.bulk_create(made, batch_size=100)
    CertificateStatusHistory.objects.bulk_create(
        CertificateStatusHistory(
            certificate=one, to_status=Certificate.Status.ISSUED, changed_by_id=actor.user_id, changed_at=at
        )
        for one in made
    )
    Registration.objects.filter(pk__in=[one.registration_id for one in made]).update(
        certificate_issued=True, certificate_issued_at=at, updated_at=at
    )
    facts: list[Any] = [(CertificateIssued(one.pk, one.registration_id, event.pk), one.pk) for one in made]
    publish_many(facts, actor=actor, at=at)
    if template_id is not None:
        CertificateTemplate.all_objects.filter(pk=template_id).update(
            usage_count=F("usage_count") + len(made), last_used_at=at, updated_at=at
        )
    Event.objects.filter(pk=event.pk).update(certificate_count=F("certificate_count") + len(made), updated_at=at)
    wake()
