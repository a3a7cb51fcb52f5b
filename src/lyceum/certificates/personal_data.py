"""What certificates hold about a person. Proofs outlive the account; what isn't printed is forgotten."""

from datetime import datetime
from uuid import UUID

from lyceum.certificates.models import (
    Award,
    Certificate,
    CertificateStatusHistory,
    CertificateTemplate,
    EventCertificateSettings,
)
from lyceum.core.personal_data import Held, about_nobody, erase_all, register_personal_data

_STORAGE = "Where a file is stored, or who draws it."
_FILES = ("file_key", "background_key", "signature_key", "preview_key", "sample_key")
_PROOF = "Proofs outlive the account, with the name that is on them."
_EARNED = "What the proof stands for, without saying who earned it."
_WORK = "The organizer's work, on which others' proofs stand."

AWARDS = Held(
    Award,
    rows=lambda user_id: Award.objects.filter(person_id=user_id),
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
    rows=lambda user_id: Certificate.all_objects.filter(award__person_id=user_id),
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
    rows=lambda user_id: CertificateTemplate.objects.filter(owner_id=user_id),
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


def erase(user_id: UUID, *, at: datetime) -> None:
    """Erase who earned the awards, and the address beside the name on their certificates.

    Locks: Award by id, Certificate by id. The awards change last, because the certificates are found through them.
    """
    list(AWARDS.rows(user_id).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    erase_all((CERTIFICATES, AWARDS), user_id, at=at)


about_nobody("How a proof came to be revoked; it stays with the proof.", CertificateStatusHistory)
about_nobody("An event's choices, without a person.", EventCertificateSettings)
register_personal_data("certificates", held=(AWARDS, CERTIFICATES, TEMPLATES), erase=erase)
