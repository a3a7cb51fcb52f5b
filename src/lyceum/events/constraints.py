"""What the constraints of events refuse."""

from functools import partial

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, ValidationRefused
from lyceum.events.errors import ReminderExists

CHOICE = "The column takes one of its choices, which every input checks."
COMPUTED = "It is computed, from values that were checked."
IGNORED = "It is inserted so that the database passes over what is there already."
RANDOM = "It is made of so much chance that two are never alike."
GIVEN_BACK = "A registration gives back what it had, once, under the lock of the row that counts it."
TOGETHER = "One verb writes these columns, all of them in one statement."

declare_constraints(
    refused={
        "event_slug_unique": ChangedMeanwhile,
        "event_capacity_range": partial(
            ValidationRefused, {"capacity": ["An event has 1 to 10,000 seats, or no limit."]}
        ),
        "event_waitlist_needs_capacity": partial(
            ValidationRefused, {"waitlist_enabled": ["A waiting list needs a capacity."]}
        ),
        "event_credits_range": partial(
            ValidationRefused, {"cpd_credit_value": ["An event is worth 0 to 100 credits."]}
        ),
        "event_cpd_complete": partial(
            ValidationRefused, {"cpd_credit_value": ["Please say how many credits it is worth, and of what kind."]}
        ),
        "event_percents_range": partial(
            ValidationRefused, {"minimum_attendance_percent": ["A percentage lies between 0 and 100."]}
        ),
        "event_ends_after_start": partial(ValidationRefused, {"ends_at": ["An event ends after it has started."]}),
        "event_deadline_before_start": partial(
            ValidationRefused, {"registration_deadline": ["Registration can not close after the start."]}
        ),
        "event_tag_unique": ChangedMeanwhile,
        "events_eventsearchtext.event_id": ChangedMeanwhile,
        "events_meeting.event_id": ChangedMeanwhile,
        "events_meeting.session_id": ChangedMeanwhile,
        "invitation_event_email_unique": ChangedMeanwhile,
        "session_number_unique": ChangedMeanwhile,
        "session_one_implicit": ChangedMeanwhile,
        "session_duration_range": partial(
            ValidationRefused, {"duration_minutes": ["A session lasts 15 to 480 minutes."]}
        ),
        "session_ends_after_start": partial(ValidationRefused, {"ends_at": ["A session ends after it has started."]}),
        "session_credits_range": partial(
            ValidationRefused, {"cpd_credit_value_override": ["A session is worth 0 to 100 credits."]}
        ),
        "session_threshold_range": partial(
            ValidationRefused, {"minimum_attendance_percent": ["A percentage lies between 0 and 100."]}
        ),
        "reminder_event_moment_unique": ReminderExists,
        "reminder_session_moment_unique": ReminderExists,
        "reminder_offset_range": partial(
            ValidationRefused, {"minutes_before": ["A reminder goes out 1 minute to 30 days before."]}
        ),
        "ticket_one_default": ChangedMeanwhile,
        "ticket_quantity_positive": partial(
            ValidationRefused, {"quantity": ["A ticket type has at least one place, or no limit."]}
        ),
        "ticket_default_unlimited": partial(
            ValidationRefused, {"quantity": ["The default ticket type follows the event's capacity."]}
        ),
    },
    unreachable={
        "event_status_known": CHOICE,
        "event_visibility_known": CHOICE,
        "event_type_known": CHOICE,
        "event_format_known": CHOICE,
        "event_check_in_scope_known": CHOICE,
        "event_seats_not_negative": GIVEN_BACK,
        "meeting_of_event_or_session": TOGETHER,
        "meeting_provider_known": CHOICE,
        "custom_field_type_known": CHOICE,
        "invitation_token_unique": RANDOM,
        "invitation_status_known": CHOICE,
        "meeting_host_once": IGNORED,
        "meeting_host_provider_known": CHOICE,
        "meeting_host_proof_known": CHOICE,
        "meeting_host_named": "A host is noted from a report that names it, or not at all.",
        "meeting_number_once": IGNORED,
        "meeting_number_provider_known": CHOICE,
        "meeting_number_not_blank": "An empty number claims nothing, so no row is made of it.",
        "session_status_known": CHOICE,
        "reminder_status_known": CHOICE,
        "ticket_sold_not_negative": GIVEN_BACK,
    },
)
