"""What the constraints of an event's learning settings refuse."""

from functools import partial

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile, ValidationRefused

declare_constraints(
    refused={
        "learning_eventlearningsettings.event_id": ChangedMeanwhile,
        "learning_passing_score_range": partial(
            ValidationRefused, {"passing_score_percent": ["A percentage lies between 0 and 100."]}
        ),
    },
)
