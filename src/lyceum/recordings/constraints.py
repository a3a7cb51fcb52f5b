"""What the constraints of an event's recording settings refuse."""

from lyceum.core.broken_constraints import declare_constraints
from lyceum.core.errors import ChangedMeanwhile

CHOICE = "The column takes one of its choices, which every input checks."

declare_constraints(
    refused={
        "recordings_eventrecordingsettings.event_id": ChangedMeanwhile,
    },
    unreachable={
        "recording_access_known": CHOICE,
    },
)
