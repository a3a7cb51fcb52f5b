"""What the inbox does by itself: it works on deliveries that are due, and forgets old ones."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.integrations.inbound.services.process import process_due_deliveries
from lyceum.integrations.inbound.services.purge import purge_deliveries

SCHEDULE = [
    DueWork(
        name="inbound.deliveries",
        run=process_due_deliveries,
        says="Works on what vendors have delivered.",
    ),
    Periodic(
        name="inbound.purge",
        every=timedelta(hours=1),
        run=purge_deliveries,
        says="Deletes deliveries that are 90 days old.",
    ),
]
