"""What attendance does by itself: sessions settle once their delay is over, counters are compared."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.registrations.attendance.services.recount import recount_attendance
from lyceum.registrations.attendance.services.settle import settle_due

SCHEDULE = [
    DueWork(
        name="registrations.settle_attendance",
        run=settle_due,
        says="Decides who attended, once a meeting has been over for its settling delay.",
    ),
    Periodic(
        name="registrations.recount_attendance",
        every=timedelta(days=1),
        run=recount_attendance,
        says="Compares the counters of who attended each event and session with the rows and corrects them.",
    ),
]
