"""What the constraints of the inbox refuse."""

from lyceum.core.broken_constraints import declare_constraints

IGNORED = "It is inserted so that the database passes over what is there already."
WORKER = "Workers alone write it, together with the columns it speaks of."

declare_constraints(
    unreachable={
        "inbound_delivery_once": IGNORED,
        "inbound_delivery_status_known": WORKER,
    },
)
