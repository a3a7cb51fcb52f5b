"""What certificates hold about a person. Proofs outlive the account; what isn't printed is forgotten."""

from lyceum.certificates.models import (
    Certificate,
    CertificateStatusHistory,
    CertificateTemplate,
    EventCertificateSettings,
)
from lyceum.core.personal_data import Held, about_nobody, register_personal_data

_STORAGE = "Where a file is stored, or who draws it."
_PROOF = "Proofs outlive the account, with the name that is on them."
_WORK = "The organizer's work, on which others' proofs stand."

CERTIFICATES = Held(
    Certificate,
    rows=lambda user_id: Certificate.all_objects.filter(registration__user_id=user_id),
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
    withheld=dict.fromkeys(("file_key", "background_key", "signature_key", "preview_key", "sample_key"), _STORAGE),
    kept={"*": _WORK},
)

about_nobody("How a proof came to be revoked; it stays with the proof.", CertificateStatusHistory)
about_nobody("An event's choices, without a person.", EventCertificateSettings)
register_personal_data("certificates", held=(CERTIFICATES, TEMPLATES))
