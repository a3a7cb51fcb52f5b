"""What the constraints of mails and of suppressed addresses refuse."""

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile

CAUGHT = "The verb that inserts it catches the second one and answers from the first."
WORKER = "Workers alone write it, together with the columns it speaks of."

declare_constraints(
    refused={
        "email_suppression_once": ChangedMeanwhile,
    },
    unreachable={
        "email_dedupe_key_unique": CAUGHT,
        "email_pending_is_due_sometime": WORKER,
        "email_sending_is_leased": WORKER,
    },
)
