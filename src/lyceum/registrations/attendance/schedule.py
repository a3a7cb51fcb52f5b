"""Timers of attendance: sessions whose settling delay is over."""

from lyceum.core.work.due_work import register_work
from lyceum.registrations.attendance.services.settle import settle_due

register_work(name="attendance", run=settle_due)
