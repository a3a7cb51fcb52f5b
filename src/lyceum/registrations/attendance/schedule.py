"""What attendance does by itself: it settles sessions whose settling delay is over."""

from lyceum.core.work.schedules import DueWork
from lyceum.registrations.attendance.services.settle import settle_due

SCHEDULE = [
    DueWork(
        name="registrations.settle_attendance",
        run=settle_due,
        says="Decides who attended, once a meeting has been over for its settling delay.",
    ),
]
