"""What the constraints of outbound calls refuse."""

from lyceum.core.broken_constraints import declare_constraints

CAUGHT = "The verb that inserts it catches the second one and answers from the first."
WORKER = "Workers alone write it, together with the columns it speaks of."

declare_constraints(
    unreachable={
        "outbound_call_once": CAUGHT,
        "outbound_call_status_known": WORKER,
    },
)
