"""What outbound calls do by themselves: vendors are called, answers handed over, old calls forgotten."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.integrations.outbound.services.call import call_due
from lyceum.integrations.outbound.services.hand_over import hand_over_due
from lyceum.integrations.outbound.services.purge import purge_calls

SCHEDULE = [
    DueWork(
        name="outbound.calls",
        run=call_due,
        says="Calls vendors, between transactions.",
    ),
    DueWork(
        name="outbound.answers",
        run=hand_over_due,
        says="Hands vendors' answers to the apps that asked.",
    ),
    Periodic(
        name="outbound.purge",
        every=timedelta(days=1),
        run=purge_calls,
        says="Deletes calls that were finished 90 days ago.",
    ),
]
