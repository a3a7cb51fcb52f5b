"""What the constraints of certificates refuse."""

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile

COMPUTED = "It is computed, from values that were checked."
RANDOM = "It is made of so much chance that two are never alike."
TOGETHER = "One verb writes these columns, all of them in one statement."
WORKER = "Workers alone write it, together with the columns it speaks of."

declare_constraints(
    refused={
        "award_once_per_source": ChangedMeanwhile,
        "certificate_one_issued_per_award": ChangedMeanwhile,
        "certificates_eventcertificatesettings.event_id": ChangedMeanwhile,
        "template_version_once": ChangedMeanwhile,
        "template_one_latest": ChangedMeanwhile,
        "template_one_default": ChangedMeanwhile,
        "template_default_is_latest": ChangedMeanwhile,
    },
    unreachable={
        "award_credits_not_negative": COMPUTED,
        "award_hours_not_negative": COMPUTED,
        "certificate_credits_not_negative": COMPUTED,
        "certificate_id_once": RANDOM,
        "certificate_revoked_says_why": TOGETHER,
        "certificate_ready_has_pdf": WORKER,
        "certificate_pdf_is_due_sometime": WORKER,
        "template_design_or_file": TOGETHER,
        "template_has_size": "The size is read from a picture or a page that was found large enough.",
    },
)
