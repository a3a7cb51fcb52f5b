"""What the constraints of registrations refuse."""

from functools import partial

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, MissingField
from lyceum.registrations.errors import EventFull

CHOICE = "The column takes one of its choices, which every input checks."
RANDOM = "It is made of so much chance that two are never alike."
TOGETHER = "One verb writes these columns, all of them in one statement."

declare_constraints(
    refused={
        # The counters of events, which registrations alone move; whoever lowers the limits holds the rows' locks.
        "event_seats_within_capacity": EventFull,
        "ticket_sold_within_quantity": EventFull,
        # Not ALREADY_REGISTERED, which would tell a stranger that an address is.
        "registration_once_per_address": ChangedMeanwhile,
        "registration_once_per_account": ChangedMeanwhile,
        "registration_code_in_event": ChangedMeanwhile,
        "registration_queue_order": ChangedMeanwhile,
        "registration_email_given": partial(MissingField, {"email": ["Please give the email address."]}),
        "answer_once_per_question": ChangedMeanwhile,
    },
    unreachable={
        "registrations_guestlink.token_hash": RANDOM,
        "registration_status_known": CHOICE,
        "registration_source_known": CHOICE,
        "registration_queued_iff_waitlisted": TOGETHER,
        "registration_cancelled_at_iff": TOGETHER,
        "registration_held_only_if_pending": TOGETHER,
        "registration_pending_is_held": TOGETHER,
    },
)
