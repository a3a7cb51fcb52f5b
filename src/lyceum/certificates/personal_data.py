"""What certificates hold about a person. Proofs outlive the account; what isn't printed is forgotten."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyceum.certificates.models import (
    Award,
    Certificate,
    CertificateStatusHistory,
    CertificateTemplate,
    EventCertificateSettings,
)
from lyceum.core.bulk_update import write_columns
from lyceum.core.personal_data import Held, Person, about_nobody, erase_all, register_personal_data
from lyceum.events.models import Event

_STORAGE = "Where a file is stored, or who draws it."
_FILES = ("file_key", "background_key", "signature_key", "preview_key", "sample_key")
_PROOF = "Proofs outlive the account, with the name that is on them."
_EARNED = "What the proof stands for, without saying who earned it."
_WORK = "The organizer's work, on which others' proofs stand."


def awards_of(person: Person) -> QuerySet[Award]:
    """Return what the account has earned, and what a proven address has that was not linked to it yet."""
    unlinked = Q(person__isnull=True, person_email__in=person.emails)
    return Award.objects.filter(Q(person_id=person.user_id) | unlinked)


AWARDS = Held(
    Award,
    rows=awards_of,
    file="awards.json",
    exported=None,
    erased={
        "person": None,
        "person_name": "",
        "person_email": "",
        "wording": lambda row: {key: said for key, said in row.wording.items() if key not in Award.PERSONAL_WORDING},
    },
    kept=dict.fromkeys(("kind", "subject_kind", "subject_title", "credit_type", "skill_tags"), _EARNED),
)
CERTIFICATES = Held(
    Certificate,
    rows=lambda person: Certificate.all_objects.filter(award__in=awards_of(person).order_by()),
    file="certificates.json",
    exported=None,
    withheld=dict.fromkeys(("pdf_key", "pdf_due_at", "pdf_lease_until", "job_id"), _STORAGE),
    erased={"certificate_data": lambda row: {**row.certificate_data, "attendee_email": ""}},
    kept=dict.fromkeys(
        (
            "design",
            "certificate_id",
            "status",
            "cpd_type",
            "skill_tags",
            "revocation_category",
            "revocation_reason",
            "pdf_state",
            "pdf_key",
            "pdf_error",
            "mail_state",
        ),
        _PROOF,
    ),
)
TEMPLATES = Held(
    CertificateTemplate,
    rows=lambda person: CertificateTemplate.objects.filter(owner_id=person.user_id),
    file="certificate-templates.json",
    exported=None,
    withheld=dict.fromkeys(_FILES, _STORAGE),
    kept=dict.fromkeys(
        (
            "name",
            "description",
            "design",
            "file_type",
            "field_positions",
            "default_font",
            "default_color",
            *_FILES,
        ),
        _WORK,
    ),
)


def erase(person: Person, *, at: datetime) -> None:
    """Erase who earned the awards, the address beside the name on their certificates, and the address of whoever ran
    the event from others' proofs.

    Locks: Award by id, Certificate by id. The awards change last, because the certificates are found through them.
    """
    own, organized = AWARDS.rows(person), _organized(person)
    concerned = Award.objects.filter(Q(pk__in=own.order_by().values("pk")) | Q(pk__in=organized.values("pk")))
    list(concerned.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    proofs = Certificate.all_objects.filter(award__in=organized).select_for_update(of=("self",), no_key=True)
    # The name is printed on the proofs; the awards' copy of it is made anew whenever a proof is issued again.
    _forget_organizer(proofs, "certificate_data", ("organizer_email",), at)
    _forget_organizer(organized, "wording", ("organizer_email", "organizer_name"), at)
    erase_all((CERTIFICATES, AWARDS), person, at=at)


def _organized(person: Person) -> QuerySet[Award]:
    """Return what was earned at events that the person ran."""
    events = Event.all_objects.filter(owner_id=person.user_id).order_by().values("pk")
    return Award.objects.filter(subject_kind=Award.SubjectKind.EVENT, subject_id__in=events).order_by()


def _forget_organizer(rows: QuerySet[Any], column: str, keys: tuple[str, ...], at: datetime) -> None:
    named = list(rows.filter(**{f"{column}__has_key": "organizer_email"}).order_by("pk"))
    for row in named:
        setattr(row, column, {**getattr(row, column), **dict.fromkeys(keys, "")})
    write_columns(named, [column], at=at)


about_nobody("How a proof came to be revoked; it stays with the proof.", CertificateStatusHistory)
about_nobody("An event's choices, without a person.", EventCertificateSettings)
register_personal_data("certificates", held=(AWARDS, CERTIFICATES, TEMPLATES), erase=erase)
