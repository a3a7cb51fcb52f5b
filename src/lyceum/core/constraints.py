"""What the constraints of core's tables refuse, and those of Django's own tables."""

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, IdempotencyInProgress

MIGRATING = "Django writes it while it migrates, and nobody else does."
WORKER = "Workers alone write it, together with the columns it speaks of."
PASSED_OVER = "Django inserts it so that the database passes over what is there already."

declare_constraints(
    refused={
        "idempotency_key_once": IdempotencyInProgress,
        "auth_group.name": ChangedMeanwhile,
    },
    unreachable={
        "job_done_in_total": WORKER,
        "job_open_is_due_sometime": WORKER,
        "delivery_once_per_reaction": "A fact is new when its deliveries are inserted with it, one for each reaction.",
        "delivery_pending_is_due_sometime": WORKER,
        "auth_permission.content_type_id, auth_permission.codename": MIGRATING,
        "django_content_type.app_label, django_content_type.model": MIGRATING,
        "auth_group_permissions.group_id, auth_group_permissions.permission_id": PASSED_OVER,
    },
)
