"""One batch of issuing for an event: one transaction, a fixed number of statements whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lyceum.certificates.models import Award, Certificate
from lyceum.certificates.rules.attendance_award import award_of
from lyceum.certificates.rules.refused_rows import NAME_MISSING, RefusedRow, refusal_of, unknown_row
from lyceum.certificates.selectors import answers_to_print, is_settling
from lyceum.certificates.services.ask_for_names import ask_for_names
from lyceum.certificates.services.issue_for_awards import issue_for_awards, lock_template_to_print_on
from lyceum.core.actors import Actor
from lyceum.events.models import Event, EventSession
from lyceum.registrations.models import Registration, SessionAttendance

# As many registrations as one transaction takes.
BATCH: Final = 100


@dataclass(frozen=True)
class IssueOrder:
    """What is to be issued; the same for each of its batches.

    template_id: None stands for the built-in design.
    explicit: the registrations were named one by one, so that a revoked certificate may be followed by a new one.
    notify: people get their certificate by mail.
    job_id: the job that carries the order out; what it issued before it was interrupted counts as done.
    """

    event_id: UUID
    template_id: UUID | None
    explicit: bool
    notify: bool
    job_id: UUID | None = None


@dataclass
class Outcome:
    """What came of an order: the certificates' ids in the order asked for, and each registration that got none."""

    certificate_ids: list[UUID] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Append what came of a further batch."""
        self.certificate_ids += other.certificate_ids
        self.refused += other.refused

    def as_data(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready values."""
        return {
            "issued": len(self.certificate_ids),
            "certificate_uuids": [str(one) for one in self.certificate_ids],
            "refused": [row.as_data() for row in self.refused],
        }


@transaction.atomic
def issue_batch(*, order: IssueOrder, registration_ids: Sequence[UUID], actor: Actor, at: datetime) -> Outcome:
    """Issue to these registrations, each at most once whatever runs beside it.

    Whoever lacks nothing but a name is asked for it by mail.

    Locks: CertificateTemplate, Event, Registration by id, Award by id.
    Raises: NoTemplate (400) when the template was deleted meanwhile.
    Publishes: CertificateIssued for each.
    """
    if order.template_id is not None:
        lock_template_to_print_on(order.template_id)
    event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=order.event_id)
    registrations = _lock_registrations(event, registration_ids)
    states, issued = _certificates_of(registrations, order.job_id)
    refused = _refused(event, registrations, states, [pk for pk in registration_ids if pk not in issued], order)
    earned = registrations.keys() - issued.keys() - {row.registration_uuid for row in refused}
    certificates = issue_for_awards(
        awards=_awards(event, [registrations[pk] for pk in registration_ids if pk in earned]),
        template_id=order.template_id,
        notify=order.notify,
        job_id=order.job_id,
        actor=actor,
        at=at,
    )
    _count(event, earned, at)
    ask_for_names([registrations[row.registration_uuid] for row in refused if row.code == NAME_MISSING], at=at)
    issued |= {one.award.source_id: one.pk for one in certificates}
    return Outcome([issued[pk] for pk in registration_ids if pk in issued], refused)


def _lock_registrations(event: Event, ids: Sequence[UUID]) -> dict[UUID, Registration]:
    found = (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "attendance")
        .filter(event=event, pk__in=ids)
        .order_by("pk")
    )
    return {row.pk: row for row in found}


def _certificates_of(
    registrations: Collection[UUID], job_id: UUID | None
) -> tuple[Mapping[UUID, set[str]], dict[UUID, UUID]]:
    """Return the states of each registration's certificates, and the certificates that this job has issued."""
    states: dict[UUID, set[str]] = defaultdict(set)
    issued: dict[UUID, UUID] = {}
    found = Certificate.objects.filter(registration_id__in=registrations)
    for pk, registration_id, status, job in found.values_list("pk", "registration_id", "status", "job_id"):
        states[registration_id].add(status)
        if job_id is not None and job == job_id:
            issued[registration_id] = pk
    return states, issued


def _refused(
    event: Event,
    registrations: Mapping[UUID, Registration],
    states: Mapping[UUID, set[str]],
    ids: Sequence[UUID],
    order: IssueOrder,
) -> list[RefusedRow]:
    settling = is_settling(event.pk)
    found = (
        refusal_of(registrations[pk], event, states[pk], explicit=order.explicit, settling=settling)
        if pk in registrations
        else unknown_row(pk)
        for pk in ids
    )
    return [row for row in found if row is not None]


def _awards(event: Event, registrations: Sequence[Registration]) -> list[Award]:
    """Return what each has earned, not saved, having read once what they share."""
    if not registrations:
        return []
    sessions = list(EventSession.objects.counting().filter(event=event).order_by("session_number"))
    attended = _attended_sessions(registrations) if len(sessions) > 1 else {}
    answers = answers_to_print(event, [row.pk for row in registrations])
    return [
        award_of(row, event, sessions=sessions, attended=attended.get(row.pk, set()), answers=answers.get(row.pk, []))
        for row in registrations
    ]


def _attended_sessions(registrations: Sequence[Registration]) -> dict[UUID, set[UUID]]:
    attended: dict[UUID, set[UUID]] = defaultdict(set)
    found = SessionAttendance.objects.filter(registration__in=registrations)
    for registration_id, session_id, computed, override in found.values_list(
        "registration_id", "session_id", "attended", "attendance_override"
    ):
        if computed if override is None else override:
            attended[registration_id].add(session_id)
    return attended


def _count(event: Event, registration_ids: Collection[UUID], at: datetime) -> None:
    """Mark the registrations, and move the event's counter."""
    if not registration_ids:
        return
    Registration.objects.filter(pk__in=registration_ids).update(
        certificate_issued=True, certificate_issued_at=at, updated_at=at
    )
    Event.objects.filter(pk=event.pk).update(
        certificate_count=F("certificate_count") + len(registration_ids), updated_at=at
    )
