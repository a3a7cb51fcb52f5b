"""Timers, one call each."""

from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every
from lyceum.events.services.autocomplete import complete_overdue_events
from lyceum.events.services.reminders import send_due_reminders

register_work(name="events.reminders", run=send_due_reminders)
every(seconds=60, name="events.autocomplete", run=complete_overdue_events)
