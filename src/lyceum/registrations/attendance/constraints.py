"""What the constraints of attendance refuse."""

from functools import partial

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, MissingField, ValidationRefused

COMPUTED = "It is computed, from values that were checked."

declare_constraints(
    refused={
        "registrations_attendance.registration_id": ChangedMeanwhile,
        "session_attendance_once": ChangedMeanwhile,
        "attendance_record_join_once": ChangedMeanwhile,
        "attendance_mark_told_once": ChangedMeanwhile,
        "attendance_override_says_why": partial(MissingField, {"reason": ["Please say why you decide this by hand."]}),
        "attendance_percent_at_most_100": partial(
            ValidationRefused, {"attendance_percent": ["A percentage lies between 0 and 100."]}
        ),
    },
    unreachable={
        "attendance_record_left_after_joined": COMPUTED,
        "attendance_record_source_known": COMPUTED,
        "session_attendance_percent_at_most_100": COMPUTED,
    },
)
