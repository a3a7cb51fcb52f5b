"""What may be read, starting each time from who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from lyceum.certificates.models import Award, Certificate, CertificateTemplate
from lyceum.certificates.rules.certificate_ids import read_certificate_id
from lyceum.certificates.rules.printed_answers import printed_answers
from lyceum.certificates.rules.snapshot import verification_url
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ownership import owned_by
from lyceum.events.models import Event, EventCustomField, EventSession
from lyceum.events.models.event import FINISHED
from lyceum.events.selectors import get_managed_event
from lyceum.registrations.models import CustomFieldResponse, Registration


@dataclass(frozen=True)
class Verification:
    """What the public may know of one certificate.

    known: there is such a certificate; valid: it stands. details_private: its holder keeps the rest to themselves.
    revocation_category: error, misconduct, other, or blank. The fields below are None where they aren't shown.
    mistyped: the number can't be right, whatever there is.
    """

    certificate_id: str
    known: bool = False
    valid: bool = False
    mistyped: bool = False
    status: str = ""
    details_private: bool = False
    attendee_name: str | None = None
    event_title: str | None = None
    event_date: date | None = None
    organizer_name: str | None = None
    cpd_type: str | None = None
    cpd_credits: Decimal | None = None
    hours_completed: Decimal | None = None
    issued_at: datetime | None = None
    revoked_at: datetime | None = None
    revocation_category: str = ""
    verification_url: str = ""


def verification(certificate_id: str, at: datetime) -> Verification:
    """Return what the public may know about the certificate with this number, as printed or as typed.

    at: the moment it is asked for; nothing here expires yet. Never says more than consent covers.
    """
    code = read_certificate_id(certificate_id)
    if code is None:
        return Verification(certificate_id=certificate_id[:64], mistyped=True)
    certificate = Certificate.objects.select_related("award", "registration").filter(certificate_id=code).first()
    if certificate is None:
        return Verification(certificate_id=code)
    return _publicly(certificate)


def _publicly(certificate: Certificate) -> Verification:
    valid = certificate.status == Certificate.Status.ISSUED
    shown: dict[str, Any] = {
        "certificate_id": certificate.certificate_id,
        "known": True,
        "valid": valid,
        "status": certificate.status,
        "revoked_at": certificate.revoked_at,
        "revocation_category": certificate.revocation_category,
        "verification_url": verification_url(certificate.certificate_id),
    }
    if not consents_to_details(certificate):
        return Verification(**shown, details_private=True)
    shown |= {
        "event_title": certificate.event_title,
        "event_date": certificate.event_date,
        "organizer_name": certificate.organizer_name,
        "issued_at": certificate.issued_at,
    }
    if not valid:
        return Verification(**shown)
    return Verification(
        **shown,
        attendee_name=certificate.attendee_name,
        cpd_type=certificate.cpd_type or None,
        cpd_credits=certificate.cpd_credits,
        hours_completed=certificate.hours_completed,
    )


def consents_to_details(certificate: Certificate) -> bool:
    """Return whether the holder lets the public see more than the number and the state, as they wish it today.

    Each kind of award asks where its holder's wish is kept; one that keeps no wish is private.
    """
    consents = _CONSENTS.get(certificate.award.kind)
    return consents is not None and consents(certificate)


def _consents_by_registration(certificate: Certificate) -> bool:
    return certificate.registration is not None and certificate.registration.allow_public_verification


_CONSENTS: dict[str, Callable[[Certificate], bool]] = {Award.Kind.ATTENDANCE: _consents_by_registration}


def templates_of(actor: Actor, *, include_deleted: bool = False) -> QuerySet[CertificateTemplate]:
    """Return the latest version of each of the actor's templates; a deleted one is the last of its family."""
    if not include_deleted:
        return CertificateTemplate.objects.managed_by(actor).current()
    shown = Q(is_latest_version=True) | Q(deleted_at__isnull=False)
    own = Q(deleted_at__isnull=True) | owned_by(actor)
    return CertificateTemplate.all_objects.managed_by(actor).filter(shown, own)


def find_template(actor: Actor, template_id: UUID) -> CertificateTemplate:
    """Return one version, old ones too.

    Raises: NotFound (404).
    """
    found: CertificateTemplate | None = (
        CertificateTemplate.objects.managed_by(actor).select_related("original_template").filter(pk=template_id).first()
    )
    if found is None:
        raise NotFound
    return found


def versions_of(actor: Actor, template_id: UUID) -> QuerySet[CertificateTemplate]:
    """Return every version of the template that this is one of, newest first.

    Raises: NotFound (404).
    """
    template = find_template(actor, template_id)
    family = CertificateTemplate.objects.managed_by(actor).filter(family_id=template.family_id)
    return family.order_by("-version")


def certificates_of(actor: Actor, event_id: UUID) -> QuerySet[Certificate]:
    """Return an event's certificates.

    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    found = Certificate.objects.managed_by(actor).filter(event=event)
    return found.select_related("template", "issued_by")


def find_certificate(actor: Actor, event_id: UUID, certificate_id: UUID) -> Certificate:
    """Return one certificate of an event.

    Raises: NotFound (404).
    """
    found = certificates_of(actor, event_id).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound
    return found


def own_certificates(actor: Actor) -> QuerySet[Certificate]:
    """Return the certificates that the actor holds."""
    return Certificate.objects.held_by(actor)


def find_own_certificate(actor: Actor, certificate_id: UUID) -> Certificate:
    """Return one of the actor's own.

    Raises: NotFound (404).
    """
    found = own_certificates(actor).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound
    return found


def is_settling(event_id: UUID) -> bool:
    """Return whether late reports may still change who attended, so that nothing may be issued yet."""
    return bool(EventSession.objects.settling().filter(event_id=event_id).exists())


def registrations_to_issue(event: Event) -> QuerySet[Registration]:
    """Return, in a fixed order, those whom an order for all is about: let in by the decision, and no proof ever yet.

    The event's own state isn't asked here: while it forbids, each row is reported with that reason. While attendance
    settles, nobody is let in by it yet, so the order is about everybody.
    """
    people = Registration.objects.confirmed().filter(event=event)
    people = people if event.status in FINISHED and is_settling(event.pk) else people.eligible()
    return people.filter(~Exists(Certificate.objects.filter(registration=OuterRef("pk")))).order_by("pk")


def answers_to_print(event: Event, registration_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return label and value of what each registration answered to the questions that go on the certificate."""
    questions = EventCustomField.objects.filter(event=event, show_on_certificate=True).order_by("order", "id")
    labels = dict(questions.values_list("pk", "label"))
    if not labels:
        return {}
    given: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    answers = CustomFieldResponse.objects.filter(field__in=labels, registration__in=registration_ids)
    for registration_id, question_id, value in answers.values_list("registration_id", "field_id", "value"):
        given[registration_id][question_id] = value
    return {registration_id: printed_answers(labels, found) for registration_id, found in given.items()}


def certificate_summary(actor: Actor, event_id: UUID) -> dict[str, int]:
    """Return how far issuing is: how many attended, may have one, have one, and still wait.

    Raises: NotFound (404).
    """
    event = get_managed_event(actor, event_id)
    people = Registration.objects.filter(event=event)
    issued = Certificate.objects.issued().filter(registration=OuterRef("pk"))
    eligible = people.certificate_eligible().annotate(holds=Exists(issued))
    asked: dict[str, Any] = eligible.aggregate(eligible=Count("pk"), pending=Count("pk", filter=Q(holds=False)))
    certificates = Certificate.objects.filter(event=event).aggregate(
        issued=Count("pk", filter=Q(status="issued")), revoked=Count("pk", filter=Q(status="revoked"))
    )
    attended = people.confirmed().filter(attendance__attended=True).count()
    return {"total_attended": attended, **asked, **certificates}


def issued_certificate_of_registration() -> Subquery:
    """Return, as an expression over a Registration, the id of the certificate that stands, or null."""
    issued = Certificate.objects.issued().filter(registration=OuterRef("pk"))
    return Subquery(issued.values("pk")[:1])


def statistics(user_id: UUID) -> dict[str, float | int]:
    """Return what a profile shows: how many certificates the person holds."""
    held = Certificate.objects.filter(award__person_id=user_id, status=Certificate.Status.ISSUED)
    return {"certificates_earned": held.count()}
