"""What events do by themselves: reminders leave, events that are over are completed."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.events.services.complete_overdue import complete_overdue_events
from lyceum.events.services.reminders import send_due_reminders

SCHEDULE = [
    DueWork(
        name="events.reminders",
        run=send_due_reminders,
        says="Sends the reminders whose time has come, and skips those that would come too late.",
    ),
    Periodic(
        name="events.autocomplete",
        every=timedelta(minutes=1),
        run=complete_overdue_events,
        says="Completes events half an hour after their end.",
    ),
]
