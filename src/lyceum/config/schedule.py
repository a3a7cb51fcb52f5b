"""What beat sends. Both tasks look for due rows, so one that is lost costs a moment and nothing else."""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # The sweep: anything whose wake-up was lost starts within this many seconds.
    "sweep": {"task": "lyceum.work", "schedule": 2.0, "options": {"expires": 4}},
    "periodic": {"task": "lyceum.periodic", "schedule": 2.0, "options": {"expires": 4}},
}
